import { render } from 'preact';
import { App } from './view/app';
import 'uplot/dist/uPlot.min.css';
import './style.css';

const root = document.getElementById('app');
if (root !== null) {
	render(<App />, root);
}

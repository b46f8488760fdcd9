//! The vectors that every implementation of the negotiation must satisfy: `conformance/ortc`.

use ortc::{ConsumerRequest, Error, MediaKind, PipeRequest, RtpCapabilities, RtpParameters};
use serde_json::{Value, json};
use units::Entropy;

#[test]
fn router_capabilities_are_as_the_vectors_say() {
    run(include_str!(
        "../../../../conformance/ortc/capabilities.json"
    ));
}

#[test]
fn scalability_modes_are_as_the_vectors_say() {
    run(include_str!(
        "../../../../conformance/ortc/scalability.json"
    ));
}

#[test]
fn producers_are_as_the_vectors_say() {
    run(include_str!("../../../../conformance/ortc/produce.json"));
}

#[test]
fn consumers_are_as_the_vectors_say() {
    run(include_str!("../../../../conformance/ortc/consume.json"));
}

fn run(text: &str) {
    let cases: Vec<Value> = serde_json::from_str(text).expect("a list of cases");
    assert!(cases.len() > 10);
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        match (answer(&case), case.get("error")) {
            (Ok(answer), None) => {
                let difference = difference("", &case["expect"], &answer);
                assert_eq!(difference, None, "{name}: {answer:#}");
            }
            (Err(error), Some(expected)) => {
                let class = match error {
                    Error::Invalid { .. } => "Invalid",
                    Error::Unsupported(_) => "Unsupported",
                    Error::Exhausted => "Exhausted",
                };
                assert_eq!(class, expected["class"], "{name}: {error}");
                let names = expected["names"].as_str().expect("a text");
                assert!(error.to_string().contains(names), "{name}: {error}");
            }
            (outcome, _) => panic!("{name}: {outcome:#?}"),
        }
    }
}

/// What is answered to a case, as JSON.
fn answer(case: &Value) -> Result<Value, Error> {
    let input = &case["input"];
    let function = case["function"].as_str().expect("a function");
    match function {
        "routerCapabilities" => {
            return capabilities(&input["mediaCodecs"]).map(|answer| json!(answer));
        }
        "scalabilityMode" => {
            let mode = ortc::parse_scalability_mode(input["mode"].as_str());
            return Ok(json!({
                "spatialLayers": mode.spatial_layers,
                "temporalLayers": mode.temporal_layers,
                "ksvc": mode.ksvc,
            }));
        }
        _ => {}
    }
    let capabilities = capabilities(&input["capabilities"])?;
    let mut parameters: RtpParameters = read(&input["rtpParameters"]);
    let mapping =
        ortc::get_producer_rtp_parameters_mapping(&mut parameters, &capabilities, &mut Fixed(1))?;
    if function == "mapping" {
        return Ok(json!(mapping));
    }
    let kind: MediaKind = read(&input["kind"]);
    if function == "checkProducer" {
        return ortc::check_producer(kind, &parameters, &mapping).map(|answer| json!(answer));
    }
    let consumable =
        ortc::get_consumable_rtp_parameters(kind, &parameters, &capabilities, &mapping)?;
    let enable_rtx = input["enableRtx"].as_bool().unwrap_or(false);
    match function {
        "consumable" => Ok(json!(consumable)),
        "canConsume" => {
            let remote: RtpCapabilities = read(&input["remote"]);
            Ok(json!(ortc::can_consume(&consumable, &remote)))
        }
        "consumer" => {
            let request = ConsumerRequest {
                consumable_rtp_parameters: &consumable,
                remote_rtp_capabilities: &read(&input["remote"]),
                pipe: input["pipe"].as_bool().unwrap_or(false),
                enable_rtx,
            };
            ortc::get_consumer_rtp_parameters(&request, &mut Fixed(1)).map(|answer| json!(answer))
        }
        "pipeConsumer" => {
            let request = PipeRequest {
                consumable_rtp_parameters: &consumable,
                enable_rtx,
            };
            Ok(json!(ortc::get_pipe_consumer_rtp_parameters(
                &request,
                &mut Fixed(1)
            )))
        }
        other => panic!("no function is called {other}"),
    }
}

fn capabilities(codecs: &Value) -> Result<RtpCapabilities, Error> {
    let codecs: Vec<ortc::RouterRtpCodecCapability> = read(codecs);
    ortc::generate_router_rtp_capabilities(&codecs)
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value:#}"))
}

/// Where the answer lacks something that is expected.
fn difference(path: &str, expected: &Value, answer: &Value) -> Option<String> {
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => {
            expected.iter().find_map(|(key, value)| {
                difference(
                    &format!("{path}.{key}"),
                    value,
                    answer.get(key).unwrap_or(&Value::Null),
                )
            })
        }
        (Value::Array(expected), Value::Array(answer)) if expected.len() == answer.len() => {
            expected
                .iter()
                .zip(answer)
                .enumerate()
                .find_map(|(at, (expected, answer))| {
                    difference(&format!("{path}[{at}]"), expected, answer)
                })
        }
        _ if expected == answer => None,
        _ => Some(format!("{path}: expected {expected}, not {answer}")),
    }
}

struct Fixed(u8);

impl Entropy for Fixed {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(17);
            *byte = self.0;
        }
    }
}

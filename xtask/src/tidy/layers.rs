//! The folder is the layer: which crate may use which, and that crates make no circle.

use std::fs;
use std::path::Path;

/// A crate, its layer, and what it may use in its own layer.
const CRATES: &[(&str, u8, &[&str])] = &[
    ("crates/wire/units", 1, &[]),
    ("crates/wire/rtp", 1, &["units"]),
    ("crates/wire/payload", 1, &["rtp"]),
    ("crates/wire/stun", 1, &["units"]),
    ("crates/wire/ortc", 1, &["units", "rtp"]),
    ("crates/wire/control", 1, &["units", "ortc"]),
    ("crates/link/ice", 2, &[]),
    ("crates/link/dtls", 2, &[]),
    ("crates/link/srtp", 2, &[]),
    ("crates/link/sctp", 2, &[]),
    ("crates/link/congestion", 2, &[]),
    ("crates/sfu", 3, &[]),
    ("crates/runtime/net", 4, &[]),
    ("crates/runtime/shard", 4, &["net"]),
    ("crates/server/brodo", 5, &[]),
    ("crates/server/worker", 5, &[]),
    ("crates/server/cluster", 5, &["brodo"]),
    ("crates/client/native", 5, &[]),
    ("crates/client/capi", 5, &["native"]),
    ("crates/sim", 6, &[]),
    ("demo/server", 6, &[]),
    ("bench", 6, &[]),
    ("examples", 6, &[]),
];

/// What link crates may use of wire: one RFC family each.
const LINK_USES: &[(&str, &[&str])] = &[
    ("crates/link/ice", &["units", "stun"]),
    ("crates/link/dtls", &["units"]),
    ("crates/link/srtp", &["units", "rtp"]),
    ("crates/link/sctp", &["units"]),
    ("crates/link/congestion", &["units", "rtp"]),
];

/// Complaints about the manifests below `root`.
pub fn check(root: &Path) -> Vec<String> {
    let manifests = CRATES.iter().filter_map(|(folder, ..)| {
        let text = fs::read_to_string(root.join(folder).join("Cargo.toml")).ok()?;
        Some((*folder, text))
    });
    manifests
        .flat_map(|(folder, text)| check_manifest(folder, &text))
        .collect()
}

fn check_manifest(folder: &str, manifest: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let Some((_, layer, siblings)) = CRATES.iter().find(|(name, ..)| *name == folder) else {
        return vec![format!("{folder}: a crate without a layer")];
    };
    for dependency in dependencies(manifest) {
        let Some((_, below, _)) = CRATES
            .iter()
            .find(|(name, ..)| name.rsplit('/').next() == Some(&dependency))
        else {
            continue;
        };
        let allowed = match LINK_USES.iter().find(|(name, _)| *name == folder) {
            Some((_, uses)) => uses.contains(&dependency.as_str()),
            None => below < layer || (below == layer && siblings.contains(&dependency.as_str())),
        };
        if !allowed {
            complaints.push(format!(
                "{folder}/Cargo.toml: must not depend on {dependency} (layer rule)"
            ));
        }
        if dependency == "sim" {
            complaints.push(format!("{folder}/Cargo.toml: nothing depends on sim"));
        }
    }
    complaints
}

/// The names under `[dependencies]`; tests may use what they like.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_of_wire_must_not_know_one_of_link() {
        let complaints = check_manifest(
            "crates/wire/rtp",
            "[dependencies]\nunits.workspace = true\nice.workspace = true\n",
        );

        assert_eq!(
            complaints,
            ["crates/wire/rtp/Cargo.toml: must not depend on ice (layer rule)"]
        );
    }

    #[test]
    fn siblings_of_link_do_not_know_each_other() {
        let complaints = check_manifest(
            "crates/link/dtls",
            "[dependencies]\nsrtp.workspace = true\n",
        );

        assert_eq!(complaints.len(), 1);
    }

    #[test]
    fn tests_may_use_what_they_like() {
        assert!(
            check_manifest(
                "crates/wire/rtp",
                "[dev-dependencies]\nice.workspace = true\n"
            )
            .is_empty()
        );
    }
}

//! Provider logos as one SVG sprite that browsers cache: in the WASM binary they would be a twentieth of its size.

use std::fs;
use std::path::Path;

use anyhow::Context;
use icondata_core::Icon;
use icondata_si as si;

/// Logos by the slug of simple-icons, which a pack names as its `mark`.
static LOGOS: [(&str, Icon); 24] = [
    ("bitbucket", si::SiBitbucket),
    ("circleci", si::SiCircleci),
    ("cloudflare", si::SiCloudflare),
    ("datadog", si::SiDatadog),
    ("discord", si::SiDiscord),
    ("gitea", si::SiGitea),
    ("github", si::SiGithub),
    ("gitlab", si::SiGitlab),
    ("grafana", si::SiGrafana),
    ("jira", si::SiJira),
    ("linear", si::SiLinear),
    ("meta", si::SiMeta),
    ("pagerduty", si::SiPagerduty),
    ("prometheus", si::SiPrometheus),
    ("sentry", si::SiSentry),
    ("adyen", si::SiAdyen),
    ("paypal", si::SiPaypal),
    ("shopify", si::SiShopify),
    ("woocommerce", si::SiWoocommerce),
    ("slack", si::SiSlack),
    ("square", si::SiSquare),
    ("stripe", si::SiStripe),
    ("vercel", si::SiVercel),
    ("zendesk", si::SiZendesk),
];

/// The SVG sprite, used as `marks.svg#github`: a symbol for each pack with a mark.
///
/// # Errors
///
/// If a pack names a logo that is not here.
pub fn sheet(packs: &Path) -> anyhow::Result<String> {
    let mut symbols = Vec::new();
    for entry in fs::read_dir(packs)? {
        let path = entry?.path();
        let is_pack = path.extension().is_some_and(|extension| extension == "toml");
        if is_pack && let Some(mark) = mark(&fs::read_to_string(&path)?) {
            let id = path.file_stem().unwrap_or_default().to_string_lossy();
            symbols.push(symbol(&id, &mark).with_context(|| format!("no logo '{mark}' for {}", path.display()))?);
        }
    }
    symbols.sort();
    Ok(format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", symbols.concat()))
}

fn mark(pack: &str) -> Option<String> {
    pack.lines().find_map(|line| Some(line.strip_prefix("mark = \"")?.strip_suffix('"')?.to_owned()))
}

fn symbol(id: &str, mark: &str) -> Option<String> {
    let (_, icon) = LOGOS.iter().find(|(slug, _)| *slug == mark)?;
    let view_box = icon.view_box.unwrap_or("0 0 24 24");
    Some(format!("<symbol id=\"{id}\" viewBox=\"{view_box}\">{}</symbol>", icon.data))
}

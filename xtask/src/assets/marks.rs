//! Provider logos as one SVG sprite that browsers cache: in the WASM binary they would be a twentieth of its size.

use icondata_si as si;

/// Logos by pack id. Must match `MARKED` in app/src/ui/icon.rs.
static MARKS: [(&str, icondata_core::Icon); 21] = [
    ("alertmanager", si::SiPrometheus),
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
    ("sentry", si::SiSentry),
    ("shopify", si::SiShopify),
    ("slack", si::SiSlack),
    ("square", si::SiSquare),
    ("stripe", si::SiStripe),
    ("vercel", si::SiVercel),
    ("zendesk", si::SiZendesk),
];

/// The SVG sprite, used as `marks.svg#github`.
pub fn sheet() -> String {
    let symbol = |(name, icon): &(&str, icondata_core::Icon)| {
        let view_box = icon.view_box.unwrap_or("0 0 24 24");
        format!("<symbol id=\"{name}\" viewBox=\"{view_box}\">{}</symbol>", icon.data)
    };
    let symbols: String = MARKS.iter().map(symbol).collect();
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{symbols}</svg>")
}

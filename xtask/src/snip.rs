//! Code that is never run but that no linker can know of: it stands in tables of functions.
//!
//! What is snipped traps if it is called after all, which the browser tests would show.

use std::path::Path;

use anyhow::{anyhow, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// How Leptos 0.8 hydrates lazy routes and templates; there are none of either, and every view brings code for both.
const UNUSED: [&str; 2] = ["hydrate_async", "hydrate_from_template"];

/// The module with the bodies of those functions gone; what only they call goes with them in wasm-bindgen's own clean-up.
pub fn without_unused(wasm: &Path) -> anyhow::Result<Vec<u8>> {
    let mut module = Module::from_file(wasm).map_err(|error| anyhow!("{}: {error}", wasm.display()))?;
    let unused = unused(&module);
    ensure!(!unused.is_empty(), "{} has no {UNUSED:?}: Leptos has changed, look at xtask/src/snip.rs", wasm.display());
    for id in unused {
        let trap = trap_like(&mut module, id);
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap);
    }
    Ok(module.emit_wasm())
}

fn unused(module: &Module) -> Vec<FunctionId> {
    let is_unused = |name: &str| UNUSED.iter().any(|part| name.contains(part));
    let named = module.funcs.iter_local().map(|(id, _)| module.funcs.get(id));
    named.filter(|function| function.name.as_deref().is_some_and(is_unused)).map(|function| function.id()).collect()
}

fn trap_like(module: &mut Module, id: FunctionId) -> LocalFunction {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let args = params.iter().map(|ty| module.locals.add(*ty)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.func_body().unreachable();
    builder.local_func(args)
}

//! Removes code that is never executed but that the linker keeps, because function tables refer to it.
//!
//! A removed function traps if it is called after all. LLVM merges identical functions and keeps only one of their names, so
//! only functions that cannot be identical to others are removed.

use std::path::Path;

use anyhow::{anyhow, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// Hydration in Leptos 0.8 of views in lazy routes. We have no lazy routes, but every view type adds this code. Each instance
/// builds the state of its own view type with that type's vtables, so none is merged with other code.
const UNUSED: &str = "any_view..IntoAny$GT$8into_any13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$";

/// Replaces the bodies of those functions by traps; wasm-bindgen's garbage collection then removes what only they called.
pub fn without_unused(wasm: &Path) -> anyhow::Result<Vec<u8>> {
    let mut module = Module::from_file(wasm).map_err(|error| anyhow!("{}: {error}", wasm.display()))?;
    let unused = unused(&module);
    ensure!(
        !unused.is_empty(),
        "{} has no {UNUSED}: Leptos has changed, look at xtask/src/assets/snip.rs",
        wasm.display()
    );
    for id in unused {
        let trap = trap_like(&mut module, id);
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap);
    }
    Ok(module.emit_wasm())
}

fn unused(module: &Module) -> Vec<FunctionId> {
    let is_unused = |id: &FunctionId| module.funcs.get(*id).name.as_deref().is_some_and(|name| name.contains(UNUSED));
    module.funcs.iter_local().map(|(id, _)| id).filter(is_unused).collect()
}

fn trap_like(module: &mut Module, id: FunctionId) -> LocalFunction {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let args = params.iter().map(|ty| module.locals.add(*ty)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.func_body().unreachable();
    builder.local_func(args)
}

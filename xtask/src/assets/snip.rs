//! Code that is never run but that no linker can know of: it stands in tables of functions.
//!
//! What is snipped traps if it is called after all. Functions that read alike are merged by LLVM and keep one name of several,
//! so only such are snipped as can read like nothing else.

use std::path::Path;

use anyhow::{anyhow, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// How Leptos 0.8 hydrates a view that stands in a lazy route, of which there are none; every view brings code for it. Each of
/// these builds the state of its own view, with that view's tables.
const UNUSED: &str = "any_view..IntoAny$GT$8into_any13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$";

/// The module with the bodies of those functions gone; what only they call goes with them in wasm-bindgen's own clean-up.
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

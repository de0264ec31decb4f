//! Reorders the functions of a WASM module so that similar ones are adjacent, which compresses better. Behaviour is
//! unchanged.

use std::convert::Infallible;

use anyhow::{Context, anyhow};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

/// The reordered module.
pub fn side_by_side(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut module = Module::new();
    let mut order = Order::of(wasm)?;
    utils::parse_core_module(&mut order, &mut module, Parser::new(0), wasm).map_err(|error| anyhow!("{error}"))?;
    Ok(module.finish())
}

struct Order {
    /// Number of imported functions, which come first and keep their index.
    imported: u32,
    /// Old index of each function, in the new order.
    order: Vec<usize>,
    /// The inverse: new index of each function.
    place: Vec<u32>,
}

impl Order {
    fn of(wasm: &[u8]) -> anyhow::Result<Self> {
        let (mut imported, mut bodies) = (0, Vec::<&[u8]>::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
                _ => {}
            }
        }
        let order = super::alike::order(&bodies);
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = u32::try_from(new).context("more functions than WASM can name")?;
        }
        Ok(Self { imported, order, place })
    }

    fn ordered<T: Clone>(&self, things: &[T]) -> Vec<T> {
        self.order.iter().map(|old| things[*old].clone()).collect()
    }
}

impl Reencode for Order {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function.checked_sub(self.imported);
        Ok(own.map_or(function, |old| self.imported + self.place[old as usize]))
    }

    fn parse_function_section(
        &mut self,
        out: &mut FunctionSection,
        section: FunctionSectionReader,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for ty in self.ordered(&types) {
            out.function(self.type_index(ty)?);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, out: &mut CodeSection, section: CodeSectionReader) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<FunctionBody>, _>>()?;
        self.ordered(&bodies).into_iter().try_for_each(|body| self.parse_function_body(out, body))
    }
}

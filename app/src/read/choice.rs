//! Deserializes enums: a variant is its name, or an object of its name and content.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};
use serde_json::Value;

use super::Unreadable;
use super::node::Node;
use super::parts::Name;

pub struct Choice {
    name: String,
    content: Option<Value>,
}

impl Choice {
    pub fn of(value: Value) -> Result<Self, Unreadable> {
        match value {
            Value::String(name) => Ok(Self { name, content: None }),
            Value::Object(fields) if fields.len() == 1 => {
                let (name, content) = fields.into_iter().next().ok_or(Unreadable)?;
                Ok(Self { name, content: Some(content) })
            }
            _ => Err(Unreadable),
        }
    }
}

impl<'de> EnumAccess<'de> for Choice {
    type Error = Unreadable;
    type Variant = Content;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content), Unreadable> {
        Ok((seed.deserialize(Name(self.name))?, Content(self.content)))
    }
}

pub struct Content(Option<Value>);

impl Content {
    fn node(self) -> Result<Node, Unreadable> {
        self.0.map(Node).ok_or(Unreadable)
    }
}

impl<'de> VariantAccess<'de> for Content {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        self.0.map_or(Ok(()), |content| <()>::deserialize(Node(content)))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(self.node()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.node()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        self.node()?.deserialize_map(visitor)
    }
}

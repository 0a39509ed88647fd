//! Puts together what the markup macro has taken apart: the constant part of a piece of the page, and what fills its slots.

use std::rc::Rc;
use std::vec::IntoIter;

use yew::html::{BaseComponent, IntoPropValue};
use yew::virtual_dom::{
    AttributeOrProperty, Attributes, Key, Listener, Listeners, VComp, VList, VNode, VTag, VText,
};
use yew::{AttrValue, NodeRef};

pub enum Part {
    Element(&'static Tag),
    Text(&'static str),
    Slot,
}

pub struct Tag {
    pub name: &'static str,
    /// How many slots come before those of its attributes: its key, reference, value and listeners, in any order.
    pub extra: usize,
    pub fixed: &'static [(&'static str, AttributeOrProperty)],
    /// Of all attributes, the fixed ones first; empty where there are no others.
    pub names: &'static [&'static str],
    pub children: &'static [Part],
}

enum Slot {
    Node(VNode),
    Attribute(Option<AttrValue>),
    Key(Key),
    NodeRef(NodeRef),
    Value(Option<AttrValue>),
    Checked(bool),
    Listener(Option<Rc<dyn Listener>>),
}

/// What fills the slots of a constant, in the order in which they are met in it.
pub struct Slots(Vec<Slot>);

impl Slots {
    /// There will be so many.
    #[inline(never)]
    pub fn new(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    pub fn node(&mut self, node: impl Node) {
        self.push(Slot::Node(node.into_node()));
    }

    pub fn attribute(&mut self, value: impl IntoPropValue<Option<AttrValue>>) {
        self.push(Slot::Attribute(value.into_prop_value()));
    }

    /// An attribute that is there or not.
    pub fn present(&mut self, is_there: bool, name: &'static str) {
        self.push(Slot::Attribute(is_there.then_some(AttrValue::Static(name))));
    }

    pub fn key(&mut self, key: impl Into<Key>) {
        self.push(Slot::Key(key.into()));
    }

    pub fn node_ref(&mut self, node: NodeRef) {
        self.push(Slot::NodeRef(node));
    }

    pub fn value(&mut self, value: impl IntoPropValue<Option<AttrValue>>) {
        self.push(Slot::Value(value.into_prop_value()));
    }

    pub fn checked(&mut self, is_checked: bool) {
        self.push(Slot::Checked(is_checked));
    }

    pub fn listener(&mut self, listener: Option<Rc<dyn Listener>>) {
        self.push(Slot::Listener(listener));
    }

    /// Not in its callers, of which there are hundreds.
    #[inline(never)]
    fn push(&mut self, slot: Slot) {
        self.0.push(slot);
    }

    #[inline(never)]
    pub fn fill(self, parts: &'static [Part]) -> VNode {
        nodes(parts, &mut self.0.into_iter())
    }
}

fn nodes(parts: &'static [Part], slots: &mut IntoIter<Slot>) -> VNode {
    match parts {
        [part] => one(part, slots),
        parts => VList::with_children(parts.iter().map(|part| one(part, slots)).collect(), None).into(),
    }
}

fn one(part: &'static Part, slots: &mut IntoIter<Slot>) -> VNode {
    match part {
        Part::Element(tag) => element(tag, slots),
        Part::Text(text) => VText::new(*text).into(),
        Part::Slot => match slots.next() {
            Some(Slot::Node(node)) => node,
            _ => VNode::default(),
        },
    }
}

fn element(tag: &'static Tag, slots: &mut IntoIter<Slot>) -> VNode {
    let (mut key, mut node_ref, mut value, mut checked, mut listeners) = Default::default();
    for slot in slots.take(tag.extra) {
        match slot {
            Slot::Key(of) => key = Some(of),
            Slot::NodeRef(of) => node_ref = of,
            Slot::Value(of) => value = of,
            Slot::Checked(is) => checked = Some(is),
            Slot::Listener(of) => Vec::push(&mut listeners, of),
            Slot::Node(_) | Slot::Attribute(_) => {}
        }
    }
    let attributes = attributes(tag, slots);
    let listeners = if listeners.is_empty() { Listeners::None } else { Listeners::Pending(listeners.into()) };
    let tag = match tag.name {
        "input" => VTag::__new_input(value, checked, node_ref, key, attributes, listeners),
        "textarea" => VTag::__new_textarea(value, None, node_ref, key, attributes, listeners),
        name => {
            let children = nodes(tag.children, slots);
            VTag::__new_other(AttrValue::Static(name), node_ref, key, attributes, listeners, children)
        }
    };
    tag.into()
}

fn attributes(tag: &'static Tag, slots: &mut IntoIter<Slot>) -> Attributes {
    if tag.names.is_empty() {
        return Attributes::Static(tag.fixed);
    }
    let fixed = tag.fixed.iter().map(|(_, value)| Some(value.clone()));
    let dynamic = slots.take(tag.names.len() - tag.fixed.len()).map(|slot| match slot {
        Slot::Attribute(value) => value.map(AttributeOrProperty::Attribute),
        _ => None,
    });
    Attributes::Dynamic { keys: tag.names, values: fixed.chain(dynamic).collect() }
}

/// What can stand between tags.
pub trait Node {
    fn into_node(self) -> VNode;
}

impl Node for VNode {
    fn into_node(self) -> VNode {
        self
    }
}

impl Node for AttrValue {
    fn into_node(self) -> VNode {
        VText::new(self).into()
    }
}

impl Node for &AttrValue {
    fn into_node(self) -> VNode {
        self.clone().into_node()
    }
}

impl Node for String {
    fn into_node(self) -> VNode {
        AttrValue::from(self).into_node()
    }
}

impl Node for &str {
    fn into_node(self) -> VNode {
        AttrValue::from(Rc::from(self)).into_node()
    }
}

impl Node for &String {
    fn into_node(self) -> VNode {
        self.as_str().into_node()
    }
}

impl<T: Node> Node for Option<T> {
    fn into_node(self) -> VNode {
        self.map(Node::into_node).unwrap_or_default()
    }
}

macro_rules! written {
    ($($type:ty),*) => { $(
        impl Node for $type {
            fn into_node(self) -> VNode {
                self.to_string().into_node()
            }
        }
    )* };
}

written!(char, i64, u32, usize);

#[inline(never)]
pub fn component<T: BaseComponent>(properties: T::Properties, key: Option<Key>) -> VNode {
    VComp::new::<T>(Rc::new(properties), key).into()
}

/// The nodes of an iterator, as a list of its own.
pub fn list(nodes: impl IntoIterator<Item: Node>) -> VNode {
    VList::with_children(nodes.into_iter().map(Node::into_node).collect(), None).into()
}

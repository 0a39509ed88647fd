//! From a tree to a constant, and the code that fills its slots.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, ExprLit, Lit, LitBool};

use crate::parse::{Attribute, Component, Element, Node, has_value};

/// Attributes that are there or not, whatever their value.
/// <https://html.spec.whatwg.org/multipage/indices.html#attributes-3>
const BOOLEAN: [&str; 15] = [
    "autofocus",
    "autoplay",
    "controls",
    "disabled",
    "formnovalidate",
    "hidden",
    "inert",
    "loop",
    "multiple",
    "muted",
    "novalidate",
    "open",
    "readonly",
    "required",
    "selected",
];

/// What gives the node of these.
pub fn expression(nodes: &[Node]) -> TokenStream {
    match nodes {
        [] => quote!(::yew::virtual_dom::VNode::default()),
        [Node::Element(_) | Node::Text(_)] | [_, _, ..] => template(nodes),
        [node] => value(node),
    }
}

fn template(nodes: &[Node]) -> TokenStream {
    let mut filling =
        Filling { slots: Ident::new("slots", Span::mixed_site()), count: 0, code: TokenStream::new() };
    let parts = filling.parts(nodes);
    let Filling { slots, count, code } = filling;
    quote! {{
        const PARTS: &[crate::ui::markup::Part] = &[#(#parts),*];
        let mut #slots = crate::ui::markup::Slots::new(#count);
        #code
        #slots.fill(PARTS)
    }}
}

/// A node by itself, known when it is drawn.
fn value(node: &Node) -> TokenStream {
    match node {
        Node::Element(_) | Node::Text(_) => template(std::slice::from_ref(node)),
        Node::Fragment(nodes) => expression(nodes),
        Node::Expression(expression) => quote!(crate::ui::markup::Node::into_node(#expression)),
        Node::Each(iterator) => quote!(crate::ui::markup::list(#iterator)),
        Node::Component(component) => self::component(component),
        Node::Either { condition, then, otherwise } => {
            let (then, otherwise) = (expression(then), expression(otherwise));
            quote!(if #condition { #then } else { #otherwise })
        }
        // Into a list of nodes, that what makes one of it is in the module once.
        Node::Loop { pattern, iterator, body } => {
            let (nodes, body) = (Ident::new("nodes", Span::mixed_site()), expression(body));
            quote! {{
                let mut #nodes = ::std::vec::Vec::<::yew::virtual_dom::VNode>::new();
                for #pattern in #iterator {
                    #nodes.push(#body);
                }
                crate::ui::markup::list(#nodes)
            }}
        }
    }
}

/// Its properties are a structure, and each of its fields has to be given; where none is, they are what they are by
/// default.
fn component(Component { path, properties, children }: &Component) -> TokenStream {
    let (mut key, mut fields) = (quote!(::std::option::Option::None), Vec::new());
    for Attribute { name, value } in properties {
        if name == "key" {
            key = quote!(::std::option::Option::Some(::std::convert::Into::into(#value)));
        } else {
            let name = format_ident!("{name}");
            fields.push(match value {
                // It says nothing of what it would be converted from.
                Expr::Path(path) if path.path.is_ident("None") => quote!(#name: #value),
                _ => quote!(#name: ::yew::html::IntoPropValue::into_prop_value(#value)),
            });
        }
    }
    if !children.is_empty() {
        let children = expression(children);
        fields.push(quote!(children: #children));
    }
    let properties = if fields.is_empty() {
        quote!(::std::default::Default::default())
    } else {
        quote! {{
            type Properties = <#path as ::yew::html::BaseComponent>::Properties;
            Properties { #(#fields),* }
        }}
    };
    quote!(crate::ui::markup::component::<#path>(#properties, #key))
}

/// The code that fills the slots of a constant, in the order in which they are met in it.
struct Filling {
    slots: Ident,
    count: usize,
    code: TokenStream,
}

impl Filling {
    fn parts(&mut self, nodes: &[Node]) -> Vec<TokenStream> {
        nodes.iter().map(|node| self.part(node)).collect()
    }

    fn part(&mut self, node: &Node) -> TokenStream {
        match node {
            Node::Element(element) => self.element(element),
            Node::Text(text) => quote!(crate::ui::markup::Part::Text(#text)),
            _ => {
                self.fill("node", &value(node));
                quote!(crate::ui::markup::Part::Slot)
            }
        }
    }

    /// The next slot, by the function for its kind.
    fn fill(&mut self, kind: &str, arguments: &TokenStream) {
        let (slots, kind) = (&self.slots, format_ident!("{kind}"));
        self.code.extend(quote!(#slots.#kind(#arguments);));
        self.count += 1;
    }

    /// Its slots come in this order: those of what is no attribute in the document, of its attributes, of its children.
    fn element(&mut self, Element { name: tag, attributes, children }: &Element) -> TokenStream {
        let before = self.count;
        for attribute in attributes {
            if let Some(kind) = special(tag, &attribute.name) {
                self.special(kind, attribute);
            }
        }
        let extra = self.count - before;
        let attributes = || attributes.iter().filter(|attribute| special(tag, &attribute.name).is_none());
        let (mut names, fixed): (Vec<_>, Vec<_>) = attributes()
            .filter_map(|attribute| Some((&attribute.name, constant(attribute)?)))
            .map(|(name, value)| {
                (name, quote!((#name, ::yew::virtual_dom::AttributeOrProperty::Static(#value))))
            })
            .unzip();
        for attribute in attributes().filter(|attribute| constant(attribute).is_none()) {
            names.push(&attribute.name);
            self.dynamic(attribute);
        }
        // A tag with fixed attributes only needs their names once.
        if names.len() == fixed.len() {
            names.clear();
        }
        let children = self.parts(children);
        quote! {
            crate::ui::markup::Part::Element(&crate::ui::markup::Tag {
                name: #tag, extra: #extra, fixed: &[#(#fixed),*], names: &[#(#names),*], children: &[#(#children),*],
            })
        }
    }

    fn special(&mut self, kind: &str, Attribute { name, value }: &Attribute) {
        if kind == "listener" {
            let event = format_ident!("{name}");
            self.fill(kind, &quote!(::yew::html::#event::Wrapper::__macro_new(#value)));
        } else {
            self.fill(kind, &quote!(#value));
        }
    }

    fn dynamic(&mut self, Attribute { name, value }: &Attribute) {
        if BOOLEAN.contains(&name.as_str()) {
            self.fill("present", &quote!(#value, #name));
        } else {
            self.fill("attribute", &quote!(#value));
        }
    }
}

/// What kind of slot it fills, if it is no attribute in the document.
fn special(tag: &str, name: &str) -> Option<&'static str> {
    match name {
        "key" => Some("key"),
        "ref" => Some("node_ref"),
        "value" if has_value(tag) => Some("value"),
        "checked" if has_value(tag) => Some("checked"),
        event if event.starts_with("on") => Some("listener"),
        _ => None,
    }
}

/// An attribute's value, if it is known at compile time.
fn constant(Attribute { name, value }: &Attribute) -> Option<String> {
    let Expr::Lit(ExprLit { lit, .. }) = value else { return None };
    match lit {
        Lit::Str(text) => Some(text.value()),
        Lit::Bool(LitBool { value: true, .. }) if BOOLEAN.contains(&name.as_str()) => Some(name.clone()),
        _ => None,
    }
}

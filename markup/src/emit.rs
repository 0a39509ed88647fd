//! From a tree to a constant, and the code that fills its slots.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, ExprLit, Lit, LitBool};

use crate::parse::{Attribute, Component, Element, Node};

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
        [] => return quote!(::yew::virtual_dom::VNode::default()),
        [Node::Fragment(nodes)] => return expression(nodes),
        [node] => {
            if let Some(node) = slot(node) {
                return quote!(crate::ui::markup::node(#node));
            }
        }
        _ => {}
    }
    let mut filling = Filling::new();
    let parts = filling.parts(nodes);
    let Filling { slots, code } = filling;
    quote! {{
        const PARTS: &[crate::ui::markup::Part] = &[#(#parts),*];
        let mut #slots = crate::ui::markup::Slots::default();
        #code
        #slots.fill(PARTS)
    }}
}

/// A node that is known only when it is drawn.
fn slot(node: &Node) -> Option<TokenStream> {
    Some(match node {
        Node::Expression(tokens) => quote!({ #tokens }),
        Node::Each(iterator) => quote!(crate::ui::markup::list(#iterator)),
        Node::Component(component) => self::component(component),
        Node::Either { condition, then, otherwise } => {
            let (then, otherwise) = (expression(then), expression(otherwise));
            quote!(if #condition { #then } else { #otherwise })
        }
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
        Node::Element(_) | Node::Fragment(_) | Node::Text(_) => return None,
    })
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
    code: TokenStream,
}

impl Filling {
    fn new() -> Self {
        Self { slots: Ident::new("slots", Span::mixed_site()), code: TokenStream::new() }
    }

    fn parts(&mut self, nodes: &[Node]) -> Vec<TokenStream> {
        nodes.iter().map(|node| self.part(node)).collect()
    }

    fn part(&mut self, node: &Node) -> TokenStream {
        match node {
            Node::Element(element) => self.element(element),
            Node::Text(text) => quote!(crate::ui::markup::Part::Text(#text)),
            Node::Fragment(nodes) => {
                let nodes = expression(nodes);
                self.fill(&quote!(node), &nodes);
                quote!(crate::ui::markup::Part::Slot)
            }
            _ => {
                let node = slot(node);
                self.fill(&quote!(node), &quote!(#node));
                quote!(crate::ui::markup::Part::Slot)
            }
        }
    }

    fn fill(&mut self, kind: &TokenStream, value: &TokenStream) {
        let slots = &self.slots;
        self.code.extend(quote!(#slots.#kind(#value);));
    }

    fn element(&mut self, Element { name, attributes, children }: &Element) -> TokenStream {
        let (mut fixed, mut dynamic, mut extra) = (Vec::new(), Vec::new(), 0_u8);
        // First what is no attribute in the document, then the attributes: in this order their slots are read.
        let with_value = ["input", "textarea"].contains(&name.as_str());
        for Attribute { name, value } in attributes {
            match name.as_str() {
                "key" => self.fill(&quote!(key), &quote!(#value)),
                "ref" => self.fill(&quote!(node_ref), &quote!(#value)),
                "value" if with_value => self.fill(&quote!(value), &quote!(#value)),
                "checked" if with_value => self.fill(&quote!(checked), &quote!(#value)),
                event if event.starts_with("on") => {
                    let event = format_ident!("{event}");
                    self.fill(&quote!(listener), &quote!(::yew::html::#event::Wrapper::__macro_new(#value)));
                }
                _ => {
                    match value {
                        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => fixed.push((name, text.value())),
                        Expr::Lit(ExprLit { lit: Lit::Bool(LitBool { value: true, .. }), .. }) => {
                            fixed.push((name, name.clone()))
                        }
                        _ => dynamic.push((name, value)),
                    }
                    continue;
                }
            }
            extra += 1;
        }
        for (name, value) in &dynamic {
            let kind = if BOOLEAN.contains(&name.as_str()) { quote!(present) } else { quote!(attribute) };
            let name = BOOLEAN.contains(&name.as_str()).then(|| quote!(, #name));
            self.fill(&kind, &quote!(#value #name));
        }
        let names = fixed.iter().map(|(name, _)| *name).chain(dynamic.iter().map(|(name, _)| *name));
        let names = if dynamic.is_empty() { quote!() } else { quote!(#(#names),*) };
        let fixed = fixed
            .iter()
            .map(|(name, value)| quote!((#name, ::yew::virtual_dom::AttributeOrProperty::Static(#value))));
        let fixed = quote!(#(#fixed),*);
        let children = self.parts(children);
        quote! {
            crate::ui::markup::Part::Element(&crate::ui::markup::Tag {
                name: #name, extra: #extra, fixed: &[#fixed], names: &[#names], children: &[#(#children),*],
            })
        }
    }
}

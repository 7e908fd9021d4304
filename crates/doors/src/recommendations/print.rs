//! Recommendations in words for a terminal.

use souk_shop::catalog::ProductView;
use souk_shop::recommendations::{
    Basis, BoughtTogether, Evaluation, Reason, Recommendation, Recommendations, SimilarBasis, SimilarView,
};

use crate::terminal::{Style, Table, Tone};

type Cell = (String, Tone);

pub(crate) fn recommended(answer: &Recommendations, style: Style) -> String {
    let mut lines: Vec<String> = answer.note.iter().map(|note| style.warn(note)).collect();
    if answer.recommendations.is_empty() {
        lines.push("Nothing to recommend: nothing is in stock.".to_owned());
        return lines.join("\n");
    }
    let rows = answer.recommendations.iter().map(|one| row(&one.product, [(why(one), Tone::Dim)]));
    lines.push(table(style, &["why"], rows));
    lines.push(style.dim(match answer.basis {
        Basis::Purchases => "from what the person bought, and others who bought the same",
        Basis::Views => "from what the person looked at",
        Basis::BestSellers => {
            "nothing is known of this person that leads to a product: this is what sells most"
        }
        Basis::Newest => "nothing was sold yet: this is what is newest",
    }));
    lines.join("\n")
}

fn why(one: &Recommendation) -> String {
    let Some(because) = &one.because else {
        return match one.reason {
            Reason::AlsoBought => "people with purchases in common bought it",
            Reason::AlsoViewed => "people who looked at the same looked at it",
            Reason::BestSeller => "sells most",
            Reason::New => "new",
        }
        .to_owned();
    };
    let did = if because.bought { "bought" } else { "looked at" };
    format!("{did} {}", because.name)
}

pub(super) fn similar(answer: &SimilarView, style: Style) -> String {
    if answer.products.is_empty() {
        return "Nothing like it is in stock.".to_owned();
    }
    let score = |score: Option<f64>| {
        (score.map_or_else(|| "–".to_owned(), |score| format!("{score:.2}")), Tone::Plain)
    };
    let rows = answer.products.iter().map(|one| row(&one.product, [score(one.score)]));
    let basis = match answer.basis {
        SimilarBasis::SimilarTo => "by meaning",
        SimilarBasis::Nearest => "by meaning, compared just now",
        SimilarBasis::Category => "meanings are not known yet: this is what sells most of the same category",
    };
    format!("{}\n{}", table(style, &[">alike"], rows), style.dim(basis))
}

pub(super) fn together(answer: &BoughtTogether, style: Style) -> String {
    if let Some(note) = &answer.note {
        return style.warn(note);
    }
    let orders = if answer.baskets == 1 { "order" } else { "orders" };
    let looked_at = format!("{} {orders} with the product", answer.baskets);
    if answer.products.is_empty() {
        return format!("Nothing is bought together with it more often than by chance ({looked_at}).");
    }
    let rows = answer.products.iter().map(|one| {
        let numbers = [one.baskets.to_string(), format!("{:.1} x", one.lift)];
        row(&one.product, numbers.map(|number| (number, Tone::Plain)))
    });
    let table = table(style, &[">together", ">than by chance"], rows);
    format!("{table}\n{}", style.dim(looked_at))
}

pub(super) fn measured(measured: &Evaluation, style: Style) -> String {
    let Evaluation { k, cases, purchases, recommended, best_sellers, .. } = measured;
    let mut table =
        Table::new(style, &["", &format!(">HitRate@{k}"), &format!(">NDCG@{k}"), &format!(">MRR@{k}")]);
    for (name, figures) in [("recommended", recommended), ("what sells most", best_sellers)] {
        let figures = [figures.hit_rate, figures.ndcg, figures.mrr].map(|figure| format!("{figure:.4}"));
        table.row([name.to_owned()].into_iter().chain(figures));
    }
    let from = format!("{}: {cases} people, foretold from {purchases} purchases", measured.history);
    format!("{}\n{}", table.render(), style.dim(from))
}

fn row<const N: usize>(product: &ProductView, more: [Cell; N]) -> Vec<Cell> {
    let price = product.price.map_or_else(
        || "on request".to_owned(),
        |price| format!("{} {}", product.currency.shown(price), product.currency),
    );
    let mut cells = vec![
        (product.external_id.clone().unwrap_or_else(|| product.id.to_string()), Tone::Dim),
        (product.name.clone(), Tone::Plain),
        (product.category.clone(), Tone::Plain),
        (price, Tone::Plain),
    ];
    cells.extend(more);
    cells
}

fn table(style: Style, more: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> String {
    let mut table = Table::new(style, &[&["id", "name", "category", ">price"], more].concat());
    for cells in rows {
        table.coloured_row(cells);
    }
    table.render()
}

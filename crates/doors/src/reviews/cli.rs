//! `souk reviews`.

use clap::Subcommand;
use souk_kernel::{CommentId, ProductId, ReviewId, UserId};
use souk_shop::reviews::{
    self, CommentView, NewComment, NewReview, ReviewQuery, ReviewSummary, ReviewView, ReviewsPage, Sort,
    Whose,
};

use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem, page};
use crate::terminal::{Style, Terminal};

#[derive(Debug, Subcommand)]
pub enum Reviews {
    /// Show the reviews of a product, or those that one person has written
    #[command(group(clap::ArgGroup::new("whose").required(true).args(["product", "user"])))]
    List {
        product: Option<Given<ProductId>>,
        #[arg(long)]
        user: Option<Given<UserId>>,
        /// newest, highest or lowest
        #[arg(long, default_value = "newest", conflicts_with = "user")]
        sort: Sort,
        #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
        page: u32,
        #[arg(long, default_value_t = 10, allow_negative_numbers = true)]
        limit: u32,
    },
    /// Say what somebody thinks of a product
    Post {
        product: Given<ProductId>,
        /// Who says it
        #[arg(long)]
        user: Given<UserId>,
        /// Stars, 1 to 5
        #[arg(long, allow_negative_numbers = true)]
        rating: u8,
        #[arg(long, allow_hyphen_values = true)]
        title: String,
        #[arg(long, allow_hyphen_values = true)]
        content: String,
        /// A path that begins with /media/; may be given up to five times
        #[arg(long = "image", value_name = "PATH")]
        images: Vec<String>,
    },
    /// Say something about a review
    Comment {
        review: Given<ReviewId>,
        /// Who says it
        #[arg(long)]
        user: Given<UserId>,
        #[arg(long, allow_hyphen_values = true)]
        content: String,
        /// The comment that this one answers
        #[arg(long, value_name = "COMMENT")]
        parent: Option<CommentId>,
    },
}

pub(crate) async fn reviews(command: Reviews, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    match command {
        Reviews::List { product, user, sort, page: number, limit } => {
            let page = page(Some(number), Some(limit))?;
            app.refresh().await;
            let list = match (&product, &user) {
                (Some(product), _) => {
                    let query = ReviewQuery { whose: Whose::Product(product.id, sort), page };
                    let list = reviews::list_reviews(&app.shop, &query, 0).await;
                    list.map_err(|error| product.explain(error))?
                }
                (None, Some(user)) => {
                    let query = ReviewQuery { whose: Whose::User(user.id), page };
                    reviews::list_reviews(&app.shop, &query, 0).await.map_err(|error| user.explain(error))?
                }
                (None, None) => return Err(Problem::invalid("name a product, or somebody with --user")),
            };
            terminal.answer(&list, |style| listed(&list, style))?;
        }
        Reviews::Post { product, user, rating, title, content, images } => {
            let new = NewReview { rating, title, content, images };
            let written = reviews::post_review(&app.shop, product.id, user.id, new).await;
            let written = written.map_err(|error| user.explain(product.explain(error)))?.view;
            app.carry_on().await;
            terminal.answer(&written, |style| review(&written, style).join("\n"))?;
        }
        Reviews::Comment { review, user, content, parent } => {
            let new = NewComment { content, parent };
            let written = reviews::comment(&app.shop, review.id, user.id, new).await;
            let written = written.map_err(|error| user.explain(review.explain(error)))?.view;
            app.carry_on().await;
            terminal.answer(&written, |style| {
                let mut lines = Vec::new();
                comments(std::slice::from_ref(&written), 0, style, &mut lines);
                lines.join("\n")
            })?;
        }
    }
    Ok(Ended::Well)
}

fn listed(page: &ReviewsPage, style: Style) -> String {
    let mut lines = Vec::new();
    if let Some(summary) = &page.summary {
        lines.extend(stars(summary, style));
    }
    for one in &page.reviews {
        lines.push(String::new());
        lines.extend(review(one, style));
    }
    lines.push(style.dim(format!("page {} of {}, {} reviews", page.page, page.pages, page.total)));
    lines.join("\n")
}

/// How wide the longest bar may be.
const BAR: u32 = 30;

fn stars(summary: &ReviewSummary, style: Style) -> Vec<String> {
    let Some(average) = summary.average else { return vec!["Nobody has written about it yet.".to_owned()] };
    let mut lines =
        vec![format!("{} of {} reviews", style.title(format!("{average:.2} of 5")), summary.count)];
    for (count, number) in summary.stars.0.0.iter().zip(1..=5u8).rev() {
        let bar = "#".repeat((count * BAR).div_ceil(summary.count.max(1)) as usize);
        lines.push(format!("{number} {bar:<30} {count}"));
    }
    lines
}

fn review(review: &ReviewView, style: Style) -> Vec<String> {
    let stars = "*".repeat(review.rating.into());
    let bought = if review.verified { ", bought it" } else { "" };
    let day = review.created_at.to_string().chars().take(10).collect::<String>();
    let mut lines = vec![
        format!("{} {}", style.warn(format!("{stars:<5}")), style.title(&review.title)),
        style.dim(format!("{}{bought}, {day}  {}", review.author, review.id)),
        review.content.clone(),
    ];
    lines.extend(review.images.iter().map(|image| style.dim(image)));
    comments(&review.comments, 1, style, &mut lines);
    lines
}

fn comments(all: &[CommentView], depth: usize, style: Style, lines: &mut Vec<String>) {
    let indent = "    ".repeat(depth);
    for comment in all {
        let who =
            if comment.by_seller { format!("{} (workshop)", comment.author) } else { comment.author.clone() };
        lines.push(format!("{indent}{} {}", style.title(who), style.dim(comment.id)));
        lines.extend(comment.content.lines().map(|line| format!("{indent}{line}")));
        comments(&comment.comments, depth + 1, style, lines);
    }
}

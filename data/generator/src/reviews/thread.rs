//! What is said below a review: a workshop answers, someone asks, others agree or do not.

use super::{Critic, LAST_DAY, Moment, fits, talk};
use crate::calendar::{Day, day};
use crate::crafts::Lines;
use crate::text::Slots;
use crate::{Listing, json};

pub struct Comment {
    user: String,
    content: String,
    written: Moment,
    comments: Vec<Comment>,
}

pub fn json(comments: &[Comment]) -> String {
    json::array(comments.iter().map(|comment| {
        json::object(&[
            ("user_id", json::text(&comment.user)),
            ("content", json::text(&comment.content)),
            ("created_at", json::text(&comment.written.text())),
            ("comments", json(&comment.comments)),
        ])
    }))
}

/// A review on which something is said.
struct Talk {
    author: usize,
    owner: usize,
    slots: Slots,
}

impl Critic<'_> {
    /// More is said on what did not please.
    pub fn thread(
        &mut self,
        listing: &Listing,
        rating: usize,
        author: usize,
        written: Moment,
    ) -> Vec<Comment> {
        let chance = [0, 70, 62, 40, 26, 22][rating];
        if !self.writer.random.percent(chance) {
            return Vec::new();
        }
        let owner = self.sellers[listing.product.seller].user;
        let talk = Talk { author, owner, slots: self.slots(listing) };
        let mut comments = Vec::new();
        if rating >= 4 {
            match self.writer.random.below(5) {
                0 | 1 => comments.extend(self.said(&talk, owner, talk_for_workshop(rating), written)),
                2 => comments.extend(self.asked(&talk, written)),
                3 => comments.extend(self.said_by_another(&talk, talk::AGREEING, written)),
                _ => {
                    comments.extend(self.said(&talk, owner, talk_for_workshop(rating), written));
                    comments.extend(self.asked(&talk, written));
                }
            }
        } else {
            if let Some(mut sorry) = self.said(&talk, owner, talk_for_workshop(rating), written) {
                if rating < 3 && self.writer.random.percent(50) {
                    sorry.comments.extend(self.said(&talk, author, talk::SETTLED, sorry.written));
                }
                comments.push(sorry);
            }
            if self.writer.random.percent(35) {
                comments.extend(self.said_by_another(&talk, talk::DISAGREEING, written));
            }
        }
        comments.sort_by_key(|comment| comment.written);
        comments
    }

    /// A question, mostly with an answer below it, and a word of thanks below that.
    fn asked(&mut self, talk: &Talk, after: Moment) -> Option<Comment> {
        let asker = self.another(talk, after)?;
        let asked: Vec<_> = talk::QUESTIONS
            .iter()
            .filter(|(lines, _)| lines.iter().all(|line| fits(line, &talk.slots)))
            .collect();
        let (questions, answers) = **self.writer.random.pick(&asked);
        let mut question = self.said(talk, asker, questions, after)?;
        let random = &mut self.writer.random;
        let (by_author, by_workshop) = (random.percent(70), random.percent(30));
        if by_author && let Some(mut answer) = self.said(talk, talk.author, answers, question.written) {
            if self.writer.random.percent(45) {
                answer.comments.extend(self.said(talk, asker, talk::ORDERED, answer.written));
            }
            question.comments.push(answer);
        }
        if by_workshop {
            question.comments.extend(self.said(talk, talk.owner, talk::ADVICE, question.written));
        }
        question.comments.sort_by_key(|comment| comment.written);
        Some(question)
    }

    fn said_by_another(&mut self, talk: &Talk, lines: Lines, after: Moment) -> Option<Comment> {
        let user = self.another(talk, after)?;
        self.said(talk, user, lines, after)
    }

    /// Somebody who had joined by then and is neither the author nor the workshop.
    fn another(&mut self, talk: &Talk, after: Moment) -> Option<usize> {
        (0..20).find_map(|_| {
            let user = self.writer.random.below(self.users.len());
            let was_here = day(&self.users[user].join_date) <= after.day;
            (was_here && user != talk.author && user != talk.owner).then_some(user)
        })
    }

    /// Within some days after what it is about; `None` where that would be too late.
    fn said(&mut self, talk: &Talk, user: usize, lines: Lines, after: Moment) -> Option<Comment> {
        let person = &self.users[user];
        let first = (after.day + 1).max(day(&person.join_date));
        let on = first + self.writer.random.below(9) as Day;
        if on > day(LAST_DAY) + 8 {
            return None;
        }
        let written = Moment::on(on, &mut self.writer.random);
        let mut slots = talk.slots.clone();
        slots.set("place", person.place.city);
        let content = self.write(lines, &slots);
        Some(Comment { user: person.id.clone(), content, written, comments: Vec::new() })
    }
}

fn talk_for_workshop(rating: usize) -> Lines {
    match rating {
        5 => talk::THANKS,
        4 | 3 => talk::NOTED,
        _ => talk::SORRY,
    }
}

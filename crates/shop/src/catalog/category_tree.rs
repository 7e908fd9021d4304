//! Which category lies in which: read as a whole, because a shop has few of them.

use std::collections::{HashMap, HashSet};

use souk_kernel::CategoryId;
use souk_ports::Result;
use souk_ports::rows::Category;
use souk_ports::store::{Find, Snapshot, Window};

#[derive(Debug, Default)]
pub(crate) struct CategoryTree {
    /// By name, as the store gives them.
    pub(crate) all: Vec<Category>,
    below: HashMap<CategoryId, Vec<CategoryId>>,
}

impl CategoryTree {
    pub(crate) async fn read(snapshot: &mut dyn Snapshot) -> Result<Self> {
        let (rows, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await?;
        Ok(Self::of(rows.into_iter().map(|row| row.row).collect()))
    }

    pub(crate) fn of(all: Vec<Category>) -> Self {
        let mut below: HashMap<CategoryId, Vec<CategoryId>> = HashMap::new();
        for category in &all {
            if let Some(parent) = category.parent {
                below.entry(parent).or_default().push(category.id);
            }
        }
        Self { all, below }
    }

    /// The category and all below it.
    pub(crate) fn with_those_below(&self, id: CategoryId) -> Vec<CategoryId> {
        let (mut found, mut seen) = (vec![id], HashSet::from([id]));
        let mut next = 0;
        while next < found.len() {
            for child in self.below.get(&found[next]).into_iter().flatten() {
                // A circle in the rows must not hang a reader.
                if seen.insert(*child) {
                    found.push(*child);
                }
            }
            next += 1;
        }
        found
    }

    /// The category and those above it, the lowest first.
    pub(crate) fn with_those_above(&self, id: CategoryId) -> Vec<CategoryId> {
        let mut path = vec![id];
        let mut next = self.parent(id);
        while let Some(parent) = next.filter(|parent| !path.contains(parent)) {
            path.push(parent);
            next = self.parent(parent);
        }
        path
    }

    /// How deep the category is: 1 where nothing lies in it.
    pub(crate) fn levels(&self, id: CategoryId) -> usize {
        let (mut level, mut seen, mut levels) = (vec![id], HashSet::from([id]), 0);
        while !level.is_empty() {
            levels += 1;
            let below = level.iter().filter_map(|id| self.below.get(id)).flatten();
            level = below.copied().filter(|id| seen.insert(*id)).collect();
        }
        levels
    }

    fn parent(&self, id: CategoryId) -> Option<CategoryId> {
        self.all.iter().find(|category| category.id == id)?.parent
    }

    /// All categories that go by `asked`: an id, souk's or external, or a name in any case. Names are unique only
    /// among siblings, so a name may mean several.
    pub(crate) fn named(&self, asked: &str) -> Vec<CategoryId> {
        if let Ok(id) = asked.parse::<CategoryId>()
            && self.all.iter().any(|category| category.id == id)
        {
            return vec![id];
        }
        let wanted = asked.trim().to_lowercase();
        let named = self.all.iter().filter(|category| category.name.to_lowercase() == wanted);
        named.map(|category| category.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use souk_kernel::ExternalId;

    use super::*;

    fn category(id: &str, name: &str, parent: Option<&str>) -> Category {
        let key = |text: &str| text.parse::<CategoryId>().unwrap();
        Category {
            id: key(id),
            external_id: Some(ExternalId::parse(id).unwrap().to_string()),
            name: name.into(),
            description: String::new(),
            parent: parent.map(key),
            image: None,
        }
    }

    #[test]
    fn a_category_holds_what_lies_below_it_and_a_circle_ends() {
        let tree = CategoryTree::of(vec![
            category("C1", "Home", Some("C3")),
            category("C2", "Bowls", Some("C1")),
            category("C3", "Wooden bowls", Some("C2")),
            category("C4", "Wool", None),
        ]);
        assert_eq!(tree.with_those_below(tree.all[0].id).len(), 3);
        assert_eq!(tree.with_those_below(tree.all[3].id).len(), 1);
        let [home, bowls, wooden, wool] = [0, 1, 2, 3].map(|at| tree.all[at].id);
        assert_eq!(tree.with_those_above(wooden), [wooden, bowls, home]);
        assert_eq!(tree.with_those_above(wool), [wool]);
        assert_eq!([home, wool].map(|id| tree.levels(id)), [3, 1]);
    }

    #[test]
    fn a_category_is_found_by_id_and_by_name_in_any_case() {
        let tree = CategoryTree::of(vec![category("C1", "Bowls", None), category("C2", "BOWLS", Some("C1"))]);
        assert_eq!(tree.named("C2"), vec![tree.all[1].id]);
        assert_eq!(tree.named(&tree.all[0].id.to_string()), vec![tree.all[0].id]);
        assert_eq!(tree.named(" bowls").len(), 2);
        assert!(tree.named("cups").is_empty());
    }
}

//! Colours: from the words of a catalogue, and the shades that a picture needs of each.

/// sRGB, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colour(pub(crate) [f64; 3]);

impl Colour {
    pub(crate) const fn hex(rgb: u32) -> Self {
        Self([((rgb >> 16) & 255) as f64, ((rgb >> 8) & 255) as f64, (rgb & 255) as f64])
    }

    /// `share` of the other one, 0 to 1.
    pub(crate) fn mix(self, other: Self, share: f64) -> Self {
        let at = |i: usize| self.0[i] + (other.0[i] - self.0[i]) * share;
        Self([at(0), at(1), at(2)])
    }

    /// Shades turn a little warm where there is light and a little cool where there is none.
    pub(crate) fn lighter(self, share: f64) -> Self {
        self.mix(Self::hex(0xfff8ec), share)
    }

    pub(crate) fn darker(self, share: f64) -> Self {
        self.mix(Self::hex(0x1c1820), share)
    }

    /// Relative brightness, 0 to 1 (the weights of ITU-R BT.709, on encoded values: near enough to choose by).
    pub(crate) fn brightness(self) -> f64 {
        (0.2126 * self.0[0] + 0.7152 * self.0[1] + 0.0722 * self.0[2]) / 255.0
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }

    pub(crate) fn text(self) -> String {
        let byte = |i: usize| self.0[i].round().clamp(0.0, 255.0) as u8;
        format!("#{:02x}{:02x}{:02x}", byte(0), byte(1), byte(2))
    }

    fn changed(self, modifier: &str) -> Option<Self> {
        Some(match modifier {
            "dark" | "deep" | "peat" => self.darker(0.32),
            "light" | "pale" | "soft" => self.lighter(0.4),
            "dusty" | "faded" | "smoked" | "weathered" => self.mix(Self::hex(0x9a9590), 0.4),
            "warm" => self.mix(Self::hex(0xd98a3c), 0.22),
            "bright" => self.mix(self, 0.0),
            _ => return None,
        })
    }
}

/// The colours that a text names, in its order: two at the most. `x on y`: y is the ground and comes first.
pub(crate) fn named(text: &str) -> Vec<Colour> {
    let text = text.to_lowercase();
    if let Some((figure, ground)) = text.split_once(" on ") {
        return one(ground).into_iter().chain(one(figure)).collect();
    }
    let two =
        [" and ", " with ", ", turning ", ", ", "/"].iter().find_map(|between| text.split_once(between));
    match two {
        Some((first, second)) => one(first).into_iter().chain(one(second)).collect(),
        None => one(&text).into_iter().collect(),
    }
}

/// The mean of the colour words, changed by the words that say how.
fn one(text: &str) -> Option<Colour> {
    let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let mut found: Option<Colour> = None;
    for word in &words {
        if let Some(colour) = word_of(word) {
            found = Some(found.map_or(colour, |before| before.mix(colour, 0.5)));
        }
    }
    let mut colour = found?;
    for word in words {
        colour = colour.changed(word).unwrap_or(colour);
    }
    Some(colour)
}

/// The colour that a word of a product's name, materials or colours stands for.
pub(crate) fn word_of(word: &str) -> Option<Colour> {
    let word = word.trim_matches(|c: char| !c.is_alphabetic());
    let is = |known: &&(&str, u32)| {
        known.0 == word
            || word.strip_suffix('s') == Some(known.0)
            || word.strip_suffix("ish") == Some(known.0)
    };
    WORDS.iter().find(is).map(|(_, rgb)| Colour::hex(*rgb))
}

#[rustfmt::skip]
const WORDS: &[(&str, u32)] = &[
    // Plain colours
    ("white", 0xf3eee4), ("black", 0x37343a), ("grey", 0x94949a), ("gray", 0x94949a), ("red", 0xb5433a), ("blue", 0x4f78a6),
    ("green", 0x6d8c5f), ("yellow", 0xe0b64a), ("orange", 0xdb8a48), ("brown", 0x8a5f42), ("pink", 0xdf9fa6), ("rose", 0xd9a19c),
    ("rosy", 0xc98f84), ("violet", 0x7a5a78), ("purple", 0x76588c), ("lilac", 0xc1aed0), ("beige", 0xd8c6a8), ("gold", 0xcfa24c),
    ("silver", 0xc3c6cb), ("cream", 0xeee0c4), ("ivory", 0xf1e8d6), ("charcoal", 0x4b4a50), ("navy", 0x34456b), ("teal", 0x3f7f80),
    ("turquoise", 0x55a7a5), ("burgundy", 0x7b3041), ("tan", 0xc2935f), ("clear", 0xcfe3e4), ("satin", 0xf1ece2), ("rainbow", 0xd8614f),
    ("pastel", 0xe6c1b8),
    // Dyes, plants, stones
    ("mustard", 0xcf9f3a), ("rust", 0xb0603a), ("rusty", 0xb0603a), ("heather", 0x9a86a4), ("indigo", 0x3f5484), ("madder", 0xb4503f),
    ("sage", 0x9dab86), ("moss", 0x7a8452), ("forest", 0x4d6b50), ("olive", 0x8a8a50), ("lichen", 0xa9b08a), ("petrol", 0x2f6272),
    ("peacock", 0x2d7480), ("cobalt", 0x3a5fa8), ("celadon", 0xa8c3ab), ("amber", 0xd4903a), ("honey", 0xdba650), ("butterscotch", 0xdaa95f),
    ("cognac", 0xa8643a), ("cinnamon", 0xa9694a), ("nutmeg", 0x9a7250), ("camel", 0xc19a6b), ("fawn", 0xc6a681), ("sand", 0xd9c5a0),
    ("oat", 0xdccdb0), ("oatmeal", 0xd9ccb4), ("ecru", 0xe3d7bd), ("flax", 0xd6c8a4), ("natural", 0xdccbaa), ("straw", 0xd9be7d),
    ("biscuit", 0xdcbf92), ("ochre", 0xc98f3d), ("terracotta", 0xc4734f), ("brick", 0xa9563f), ("copper", 0xb87650), ("bronze", 0x9a7446),
    ("slate", 0x667180), ("graphite", 0x55575d), ("rock", 0x85868a), ("ash", 0xc9c3b8), ("smoke", 0x7d7f86), ("chalk", 0xece7dc),
    ("berry", 0x8c3f5c), ("cranberry", 0x9c3444), ("pomegranate", 0xa33c4a), ("aubergine", 0x5b3f58), ("plum", 0x7c4f5e), ("oxblood", 0x6c2f30),
    ("cherry", 0xa15f44), ("chestnut", 0x7e4a32), ("tobacco", 0x8b6238), ("coral", 0xe08f76), ("sky", 0xa9c9de), ("sea", 0x5b9aa0),
    ("ink", 0x33436a), ("bark", 0x77573f), ("bottle", 0x4d7d5a), ("peat", 0x6a5040), ("tenmoku", 0x43302a), ("earth", 0xa67c52),
    ("lavender", 0xb6a6cb), ("speckled", 0xe3d9c5), ("forge", 0x4a494d), ("patina", 0x8b8f93), ("steel", 0xa9afb6), ("iron", 0x5d5c60),
    ("florals", 0xd9a7a0), ("shirt", 0x8fa6bd), ("milky", 0xeef0ea), ("frosted", 0xe4ecec), ("patterned", 0x9aa0a8), ("waxed", 0x56504c),
    ("oiled", 0x6a6664), ("herb", 0x8aa06a),
    // Materials
    ("walnut", 0x74503a), ("oak", 0xbf9560), ("beech", 0xd9b585), ("birch", 0xe2cda4), ("maple", 0xe3c595), ("pear", 0xc48f6c),
    ("larch", 0xc08a58), ("cedar", 0xb07352), ("limewood", 0xe6d3ac), ("bamboo", 0xd2b878), ("driftwood", 0xa89b8a), ("willow", 0xb08f5e),
    ("rattan", 0xc9a066), ("seagrass", 0xb3a768), ("jute", 0xc4a26a), ("hemp", 0xb9a67f), ("cork", 0xc69c6d), ("leather", 0x9b6239),
    ("deerskin", 0xb98a55), ("goatskin", 0xa9714a), ("wood", 0xb98a5c), ("wooden", 0xb98a5c), ("brass", 0xcaa24f), ("linen", 0xdccfb4),
    ("cotton", 0xeee6d6), ("wool", 0xd9cdb8), ("glass", 0xbcd6d6), ("stoneware", 0xbfae95), ("porcelain", 0xf1eeea), ("clay", 0xb87a58),
    ("beeswax", 0xdba63c), ("paper", 0xf0e6d0), ("lava", 0x4a4648), ("stone", 0x9a958c), ("felt", 0xa8a4a0), ("gilded", 0xd4a850),
    ("oxidised", 0x6b6a70),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_from_words() {
        assert_eq!(named("black and honey"), [Colour::hex(0x37343a), Colour::hex(0xdba650)]);
        assert_eq!(named("indigo on white")[0], Colour::hex(0xf3eee4));
        assert!(named("dark brown")[0].brightness() < named("brown")[0].brightness());
        assert!(named("pale brown")[0].brightness() > named("brown")[0].brightness());
        assert_eq!(named("brownish, greying").len(), 1);
        assert!(named("").is_empty() && named("12 cm").is_empty());
    }
}

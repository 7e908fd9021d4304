//! Writes rows as CSV by RFC 4180, with `\n` at the end of each line.

pub struct Table {
    text: String,
}

impl Table {
    pub fn new(header: &[&str]) -> Self {
        let mut table = Self { text: String::new() };
        table.push(header);
        table
    }

    pub fn push(&mut self, fields: &[&str]) {
        let quoted: Vec<String> = fields.iter().map(|field| quote(field)).collect();
        self.text.push_str(&quoted.join(","));
        self.text.push('\n');
    }

    pub fn into_text(self) -> String {
        self.text
    }
}

fn quote(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn only_fields_that_need_quotes_get_them() {
        assert_eq!(quote("plain"), "plain");
        assert_eq!(quote("oak, ash"), "\"oak, ash\"");
        assert_eq!(quote("the \"good\" one"), "\"the \"\"good\"\" one\"");
    }
}

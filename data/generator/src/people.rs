//! The customers: made-up people with made-up addresses.

use std::collections::BTreeSet;

use crate::names::{NAMES, Names};
use crate::places::{PLACES, Place, in_city};
use crate::random::Random;

pub struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    pub join_date: String,
    pub phone: String,
    pub address_line1: String,
    pub address_line2: String,
    pub place: &'static Place,
    pub postal_code: String,
}

pub const USERS: usize = 1000;

/// `USERS` people; those at `at_home` live in the city given for them.
pub fn people(at_home: &[(usize, &'static str)]) -> Vec<User> {
    let mut random = Random::named("people");
    let mut taken_names = BTreeSet::new();
    let mut taken_emails = BTreeSet::new();
    (0..USERS)
        .map(|index| {
            let home = at_home.iter().find(|(at, _)| *at == index);
            let place = match home {
                Some((_, city)) => in_city(city),
                None => random.pick(PLACES),
            };
            let name = fresh_name(place, &mut taken_names, &mut random);
            let (address_line1, address_line2) = address(place, &mut random);
            User {
                id: format!("U{:03}", index + 1),
                email: fresh_email(&name, &mut taken_emails, &mut random),
                join_date: date(2023, 1, 2026, 6, &mut random),
                phone: phone(place.country, &mut random),
                address_line1,
                address_line2,
                postal_code: digits(place.postal, &mut random),
                name,
                place,
            }
        })
        .collect()
}

fn fresh_name(place: &Place, taken: &mut BTreeSet<String>, random: &mut Random) -> String {
    let local: Vec<&Names> = NAMES.iter().filter(|names| names.countries.contains(&place.country)).collect();
    let everywhere: Vec<&Names> = NAMES.iter().collect();
    for _ in 0..1000 {
        // Some people live far from where their name comes from.
        let pool = if random.percent(12) { &everywhere } else { &local };
        let names = random.pick(pool);
        let name = format!("{} {}", random.pick(names.given), random.pick(names.family));
        if taken.insert(name.clone()) {
            return name;
        }
    }
    panic!("no unused name for {}", place.country);
}

fn fresh_email(name: &str, taken: &mut BTreeSet<String>, random: &mut Random) -> String {
    let domain = random.pick(&["example.com", "example.org", "example.net"]);
    let plain = ascii(name);
    let (given, family) = plain.split_once(' ').expect("a given and a family name");
    let family = family.replace(' ', "");
    let initial = &given[..1];
    let local = match random.below(4) {
        0 => format!("{given}.{family}"),
        1 => format!("{initial}.{family}"),
        2 => format!("{family}.{given}"),
        _ => format!("{given}{}", random.between(2, 99)),
    };
    let mut email = format!("{local}@{domain}");
    let mut number = 2;
    while !taken.insert(email.clone()) {
        email = format!("{local}{number}@{domain}");
        number += 1;
    }
    email
}

/// Lower case without accents, as in e-mail addresses.
fn ascii(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'a'..='z' | '0'..='9' | ' ' => Some(letter),
            'á' | 'à' | 'ã' | 'â' | 'ä' | 'å' | 'ą' | 'ă' | 'ạ' | 'ả' | 'ầ' | 'ấ' | 'ặ' | 'æ' | 'ā' => {
                Some('a')
            }
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' | 'ė' | 'ē' | 'ễ' => Some('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => Some('i'),
            'ó' | 'ò' | 'õ' | 'ô' | 'ö' | 'ø' | 'ő' | 'ơ' => Some('o'),
            'ú' | 'ù' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' | 'ư' | 'ũ' => Some('u'),
            'ý' | 'ỳ' => Some('y'),
            'ç' | 'ć' | 'č' => Some('c'),
            'ş' | 'ś' | 'š' => Some('s'),
            'ż' | 'ź' | 'ž' => Some('z'),
            'ñ' | 'ń' | 'ň' | 'ņ' => Some('n'),
            'ł' | 'ļ' => Some('l'),
            'ř' => Some('r'),
            'ğ' | 'ģ' => Some('g'),
            'đ' => Some('d'),
            'ķ' => Some('k'),
            _ => None,
        })
        .collect()
}

/// A date from the first of one month to the 28th of another.
pub fn date(from_year: u32, from_month: u32, to_year: u32, to_month: u32, random: &mut Random) -> String {
    let month = random.between(from_year * 12 + from_month - 1, to_year * 12 + to_month - 1);
    let day = random.between(1, 28);
    format!("{:04}-{:02}-{day:02}", month / 12, month % 12 + 1)
}

fn digits(pattern: &str, random: &mut Random) -> String {
    pattern
        .chars()
        .map(|sign| match sign {
            '#' => char::from(b'1' + random.below(9) as u8),
            other => other,
        })
        .collect()
}

/// Numbers from ranges set aside for fiction, or none.
fn phone(country: &str, random: &mut Random) -> String {
    let pattern = match country {
        "GB" => "07700 900###",
        "US" | "CA" => "(555) 555-01##",
        "FR" => "06 39 98 ## ##",
        "DE" => "030 23125 ###",
        "AU" => "0491 570 1##",
        "IE" => "020 91# ####",
        "SE" => "070-174 06 ##",
        _ => return String::new(),
    };
    if random.percent(70) { digits(pattern, random) } else { String::new() }
}

fn address(place: &Place, random: &mut Random) -> (String, String) {
    let street = random.pick(streets(place.country));
    let number = random.between(1, 148);
    let first = match place.country {
        "GB" | "IE" | "US" | "CA" | "AU" | "NZ" | "FR" | "MA" | "GH" | "NG" | "KE" | "IN" | "VN" => {
            format!("{number} {street}")
        }
        "PT" | "BR" | "ES" | "MX" | "PE" | "IT" => format!("{street}, {number}"),
        "JP" => format!("{}-{} {street}", random.between(1, 5), random.between(1, 20)),
        _ => format!("{street} {number}"),
    };
    let second = if random.percent(22) {
        format!("{} {}", random.pick(&["Apt", "Flat", "Unit"]), random.between(1, 24))
    } else {
        String::new()
    };
    (first, second)
}

fn streets(country: &str) -> &'static [&'static str] {
    match country {
        "PT" | "BR" => &[
            "Rua das Oliveiras",
            "Rua do Poço Novo",
            "Travessa da Fonte",
            "Avenida dos Plátanos",
            "Largo do Forno",
        ],
        "ES" | "MX" | "PE" => &[
            "Calle del Molino",
            "Calle Tejedores",
            "Paseo de los Tilos",
            "Calle Alfarería",
            "Plaza del Pozo",
        ],
        "FR" | "MA" => &[
            "rue des Tisserands",
            "rue du Vieux Four",
            "avenue des Tilleuls",
            "impasse du Puits",
            "rue des Potiers",
        ],
        "BE" => &["Rue des Saules", "Lindelaan", "Place du Marché", "Weverstraat"],
        "IT" => {
            &["Via dei Vasai", "Via del Gelso", "Vicolo Stretto", "Piazza del Mercato", "Via Fonte Nuova"]
        }
        "DE" | "AT" | "CH" => {
            &["Lindenweg", "Webergasse", "Am Mühlbach", "Töpferstrasse", "Kirschgarten", "Obere Gasse"]
        }
        "NL" => &["Wilgenlaan", "Weverskade", "Oudegracht", "Molenpad"],
        "DK" => &["Strandvejen", "Smedegade", "Lindevej"],
        "SE" => &["Smedgatan", "Lindvägen", "Hamngatan"],
        "NO" => &["Bjørkeveien", "Havnegata", "Smedveien"],
        "FI" => &["Koivukatu", "Rantatie", "Kivitie"],
        "EE" => &["Pihlaka", "Kase tänav", "Vana tänav"],
        "LT" => &["Liepų g.", "Audėjų g.", "Sodų g."],
        "LV" => &["Ozolu iela", "Jūras iela", "Liepu iela"],
        "PL" => &["ul. Lipowa", "ul. Garncarska", "ul. Ogrodowa"],
        "CZ" => &["Lípová", "Na Kopci", "Zahradní"],
        "SI" | "HR" => &["Lipova ulica", "Vrtna ulica", "Lončarska ulica"],
        "HU" => &["Hársfa utca", "Kertalja utca", "Malom utca"],
        "RO" => &["Strada Olarilor", "Strada Teilor", "Strada Morii"],
        "GR" => &["Elaionon", "Kerameon", "Limaniou"],
        "TR" => &["Çınar Sokak", "Zeytin Sokak", "Liman Caddesi"],
        "JP" => &["Momijicho", "Kawabata", "Takemachi"],
        "VN" => &["Đường Hoa Sen", "Đường Bến Sông", "Đường Vườn"],
        "IN" | "GH" | "NG" | "KE" => {
            &["Lotus Road", "Market Street", "Old Mill Road", "Garden Lane", "Station Road"]
        }
        _ => &[
            "Orchard Lane",
            "Mill Street",
            "Weavers Row",
            "Chapel Road",
            "Harbour View",
            "Elm Street",
            "Kiln Close",
        ],
    }
}

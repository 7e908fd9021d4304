//! Networks by their addresses, and which of those are public.

use std::net::IpAddr;
use std::str::FromStr;

/// A network as it is written: `10.1.0.0/16`, `fd12::/16`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// How many of its first bits all addresses of the network have.
    bits: u32,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no network, such as 10.1.0.0/16 or fd12::/16");
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), str::parse).map_err(|_| wrong())?;
        if bits > all { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

#[cfg(feature = "fetch")]
impl Network {
    pub(super) fn has(&self, address: IpAddr) -> bool {
        let first = |bits: u128| bits.checked_shr(128 - self.bits).unwrap_or(0);
        match (self.address, address) {
            // Of both the 32 bits stand in front.
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let in_front = |address: std::net::Ipv4Addr| u128::from(u32::from(address)) << 96;
                first(in_front(own)) == first(in_front(other))
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => first(own.into()) == first(other.into()),
            _ => false,
        }
    }
}

/// What of IPv4 is no address of the public network, by the registry of RFC 6890: this host, private, shared by a
/// provider's customers (where some clouds tell secrets), loopback, link-local (where most do), for documents and
/// measurements, multicast, reserved.
#[cfg(feature = "fetch")]
const SPECIAL_4: [&str; 15] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// All of IPv6 that is routed to anybody. What is mapped or translated from IPv4, unique-local, link-local and multicast lies
/// outside.
#[cfg(feature = "fetch")]
const GLOBAL_6: &str = "2000::/3";

/// What of that is special all the same: protocols (of which some carry addresses of IPv4), documents, 6to4.
#[cfg(feature = "fetch")]
const SPECIAL_6: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

#[cfg(feature = "fetch")]
pub(super) fn is_public(address: IpAddr) -> bool {
    let within = |networks: &[&str]| {
        networks.iter().any(|text| text.parse::<Network>().is_ok_and(|network| network.has(address)))
    };
    match address {
        IpAddr::V4(_) => !within(&SPECIAL_4),
        IpAddr::V6(_) => within(&[GLOBAL_6]) && !within(&SPECIAL_6),
    }
}

#[cfg(all(test, feature = "fetch"))]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "172.32.0.1",
            "193.0.0.1",
            "223.255.255.255",
            "2606:4700::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for not in [
            "0.0.0.0",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:1.1.1.1",
            "::1.1.1.1",
            "64:ff9b::1.1.1.1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
        ] {
            assert!(!is_public(not.parse().unwrap()), "{not}");
        }
        for special in SPECIAL_4.iter().chain(&SPECIAL_6).chain([&GLOBAL_6]) {
            assert!(special.parse::<Network>().is_ok(), "{special}");
        }
    }

    #[test]
    fn a_network_has_its_addresses_and_no_others() {
        let has =
            |network: &str, address: &str| network.parse::<Network>().unwrap().has(address.parse().unwrap());
        assert!(has("10.1.0.0/16", "10.1.255.1") && !has("10.1.0.0/16", "10.2.0.0"));
        assert!(has("127.0.0.1", "127.0.0.1") && !has("127.0.0.1", "127.0.0.2"));
        assert!(has("fd12::/16", "fd12:1::1") && !has("fd12::/16", "fd13::1"));
        assert!(has("0.0.0.0/0", "8.8.8.8") && !has("0.0.0.0/0", "::1") && !has("::/0", "1.1.1.1"));
        assert!(!has("127.0.0.1", "::ffff:127.0.0.1"), "what is mapped is another address");
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "example.org", "10.0.0.0/", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}

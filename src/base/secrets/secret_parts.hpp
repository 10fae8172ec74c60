// The parts of a value that have to be kept out of texts, since a program may print a line, a word or a field of a
// secret. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace executus {

// Of a value that is a secret: all of it, its lines and words (of "Bearer KEY" the key), what stands behind a colon,
// the strings of JSON, and what secrets_within() finds; without white space, in no order.
[[nodiscard]] std::vector<std::string> secret_parts(std::string_view value);

// Of a value that is none as a whole: the password (or the name that has none) before the host of a URL; what words
// that name a secret introduce: "password=x", "Authorization: Bearer x", "--token x"; of JSON what members of such
// names hold; and private keys in PEM form, with their lines.
[[nodiscard]] std::vector<std::string> secrets_within(std::string_view value);

// Whether a text holds anything of that kind, however short, a private key or a known kind of key. In doubt:
// true.
[[nodiscard]] bool carries_secret(std::string_view text);

}  // namespace executus

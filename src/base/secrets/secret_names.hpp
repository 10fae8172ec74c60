// Which names mean a secret, in whatever spelling: of variables, headers, members of JSON, words of a command line. The
// one list of them. Pure.
#pragma once

#include <string_view>

namespace executus {

// Whether what goes by this name is a secret: "DB_PWD", "X-Api-Key", "privateKey", "ssh-passphrase", "AUTH". A name
// that is nothing but "key" is none (arguments of many tools), nor are primary and public keys.
[[nodiscard]] bool names_a_secret(std::string_view name);

// The same for variables of an environment and headers, where "KEY" alone is one, too.
[[nodiscard]] bool variable_names_a_secret(std::string_view name);

}  // namespace executus

// Secrets in what a tool says. Servers quote the key they were sent, programs print their environment; the answer goes
// to the journal, and to a model.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/environment.hpp>

namespace executus::tools {

// Adds what the ${VAR} of `text` stand for now, where the variable's name is that of a secret. The words of a value
// count one by one (of "Bearer KEY" the key); those of less than eight characters do not, they are in every answer.
void add_secrets(std::vector<std::string>& secrets, std::string_view text, const Environment& environment);

// The same for texts that have names themselves (headers, variables): under a secret's name all ${VAR} are secrets.
void add_secrets(std::vector<std::string>& secrets, const std::map<std::string, std::string>& texts,
                 const Environment& environment);

// `answer` with *** in place of each secret.
[[nodiscard]] std::string masked(std::string answer, std::vector<std::string> secrets);

}  // namespace executus::tools

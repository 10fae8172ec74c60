// The key `output` of an agent file: the form of an answer that is a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/error.hpp>
#include <executus/run/agent.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// After the phases. `own`: the names of the agent's tools.
void read_output(Fields& fields, Agent& agent, const std::vector<std::string>& own);

// What is wrong with such a schema, or doubtful: the value of `key`, or what stands `below` it (a pointer). What
// makes it no schema is given back, and nothing is said of it.
[[nodiscard]] std::optional<Error> report_output(Fields& fields, std::string_view key, const std::string& below,
                                                 const boost::json::object& schema,
                                                 const std::vector<std::string>& own);

// Of phases whose answer is a value. Precondition: the schemas are sound.
void check_fallbacks(Fields& fields, const Agent& agent);

}  // namespace executus

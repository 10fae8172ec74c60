// Tools as a run was started with them: what they are called with is what this process has, what the model reads of
// them is what it read before.
#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include <executus/run/agent.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

[[nodiscard]] tool::Toolbox as_stored(const tool::Toolbox& toolbox, const std::vector<StoredTool>& stored);

// Whether a tool with the parameters `now` takes all arguments that fit `then`: they are the same but for words that
// describe them, and for members that came since and may be left out.
[[nodiscard]] bool takes_arguments_of(const boost::json::object& now, const boost::json::object& then);

}  // namespace executus::run

// Everything a program needs to embed executus.
#pragma once

#include <executus/run/agent.hpp>
#include <executus/run/invocation.hpp>
#include <executus/run/outcome.hpp>
#include <executus/runtime/runtime.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus {

using tool::Effect;

}  // namespace executus

// Everything a program needs to embed executus.
#pragma once

#include <executus/run/agent.hpp>
#include <executus/run/invocation.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/output_of.hpp>
#include <executus/runtime/runtime.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus {

using tool::Call;
using tool::DidNotHappen;
using tool::Done;
using tool::Effect;
using tool::Failed;
using tool::Outcome;
using tool::ParkFor;
using tool::ParkForSignal;
using tool::ParkUntil;
using tool::Probe;
using tool::Unclear;
using tool::Unknown;

}  // namespace executus

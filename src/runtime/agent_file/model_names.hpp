// What an agent file calls its model, checked when the file is read. What can be right nowhere, and a name that nothing
// stands for, is a fault of the file. A provider that is not configured here is not: the file may run elsewhere.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <executus/base/error.hpp>

namespace executus {

// Why a run that starts here could not ask the model of that name; nothing when it could. Null: not looked at.
using ModelObstacle = std::function<std::optional<Error>(const std::string& name)>;

struct ModelFault {
  enum class Of { file, surroundings };  // an error, a warning
  Of of = Of::file;
  std::string message;
};
[[nodiscard]] std::optional<ModelFault> fault_of_model(const std::string& name, const ModelObstacle& obstacle);

}  // namespace executus

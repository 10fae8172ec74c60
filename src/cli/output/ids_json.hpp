// Ids of runs as a JSON list.
#pragma once

#include <vector>

#include <boost/json/array.hpp>

#include <executus/base/ids.hpp>

namespace executus::cli {

[[nodiscard]] inline boost::json::array ids_json(const std::vector<RunId>& ids) {
  boost::json::array list;
  for (const auto& id : ids) list.emplace_back(id.str());
  return list;
}

}  // namespace executus::cli

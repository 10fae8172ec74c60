#include "tools/program/kept_output.hpp"

#include <algorithm>

namespace executus::tools {

void KeptOutput::append(std::string_view more) {
  bytes_ += more.size();
  auto room = std::min(more.size(), kBeginning - beginning_.size());
  beginning_.append(more.substr(0, room));
  end_.append(more.substr(room));
  if (end_.size() > 2 * kEnd) end_.erase(0, end_.size() - kEnd);
}

std::string KeptOutput::end() const {
  bool joined = bytes_ == beginning_.size() + end_.size();
  return joined ? beginning_ + end_ : end_;
}

}  // namespace executus::tools

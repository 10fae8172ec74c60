#include <executus/base/json_scan.hpp>

namespace executus {

std::size_t JsonScan::feed(std::string_view piece) {
  if (state_ == State::bare) return piece.size();
  std::size_t taken = 0;
  while (taken < piece.size() && state_ != State::whole && state_ != State::bare) take(piece[taken++]);
  return state_ == State::bare ? piece.size() : taken;
}

void JsonScan::take(char c) {
  if (in_string_) {
    bool quoted = escaped_;
    escaped_ = !quoted && c == '\\';
    if (c == '"' && !quoted) in_string_ = false;
  } else if (c == '"') {
    in_string_ = true;
  } else if (c == '{' || c == '[') {
    ++depth_;
  } else if (c == '}' || c == ']') {
    if (depth_ > 0) --depth_;
  } else if (state_ == State::blank && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
    return;
  }
  if (state_ == State::blank && !in_string_ && depth_ == 0) {
    state_ = State::bare;
    return;
  }
  state_ = in_string_ || depth_ > 0 ? State::open : State::whole;
}

}  // namespace executus

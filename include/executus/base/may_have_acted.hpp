// What an exception may know about the effect of the work that it broke off: a request that was sent and not answered
// may have been acted on, one that was never sent was not.
#pragma once

namespace executus {

// A second base of exceptions, beside Error. An exception that is no MayHaveActed says nothing about effects.
class MayHaveActed {
 public:
  virtual ~MayHaveActed() = default;
  [[nodiscard]] virtual bool may_have_acted() const noexcept = 0;
};

}  // namespace executus

// What an exception may know of the effect outside that it broke off: a request that was sent and not answered may have
// been acted on, one that was never sent was not.
#pragma once

namespace executus {

// A base of exceptions beside Error. One that is no MayHaveActed knows nothing about that.
class MayHaveActed {
 public:
  virtual ~MayHaveActed() = default;
  [[nodiscard]] virtual bool may_have_acted() const noexcept = 0;
};

}  // namespace executus

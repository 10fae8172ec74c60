#include <algorithm>
#include <mutex>
#include <utility>

#include <executus/persona/persona.hpp>
#include <executus/saved/shelf.hpp>

namespace executus::persona {
namespace {

// In a time that depends on the lengths alone.
bool are_equal(std::string_view a, std::string_view b) {
  unsigned char difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

bool all(const Persona&) { return true; }

class MemoryStore final : public PersonaStore {
 public:
  Persona create(Persona value) override {
    std::lock_guard lock(saving_);
    refuse_faults(value);
    return shelf_.create(std::move(value));
  }
  Persona update(Persona value) override {
    std::lock_guard lock(saving_);
    refuse_faults(value);
    return shelf_.update(std::move(value));
  }
  bool remove(const std::string& id) override { return shelf_.remove(id); }

  std::optional<Persona> find(const std::string& id) override {
    return shelf_.first([&](const Persona& each) { return each.record.id == id; });
  }
  std::optional<Persona> find_named(const std::string& owner, const std::string& name) override {
    return shelf_.first(
        [&](const Persona& each) { return each.record.owner == owner && each.definition.agent.name == name; });
  }
  std::vector<Persona> list() override { return shelf_.select(all); }
  std::vector<Persona> list_for(const std::string& person) override {
    return shelf_.select([&](const Persona& each) { return is_visible(each.record, each.definition, person); });
  }
  std::vector<Persona> versions(const std::string& id) override { return shelf_.versions(id); }
  std::optional<Persona> version(const std::string& version) override { return shelf_.version(version); }
  std::vector<Persona> due(WallTime now) override { return shelf_.due(now); }
  bool mark_run(const std::string& id, WallTime ran, std::optional<WallTime> next) override {
    return shelf_.mark_run(id, ran, next);
  }

  std::optional<Persona> find_webhook(std::string_view secret) override {
    if (secret.empty()) return std::nullopt;
    return shelf_.first([&](const Persona& each) { return are_equal(each.triggers.webhook_secret, secret); });
  }
  std::vector<Persona> list_channel(const std::string& channel) override {
    return shelf_.select([&](const Persona& each) {
      return std::ranges::find(each.triggers.channels, channel) != each.triggers.channels.end();
    });
  }

 private:
  void refuse_faults(const Persona& value) {
    if (auto fault = fault_of(value.record, value.definition)) throw Error(*fault);
    auto other = find_webhook(value.triggers.webhook_secret);
    if (other && other->record.id != value.record.id)
      throw failed("saved.malformed", "the webhook secret of '" + value.definition.agent.name +
                                          "' is another agent's; choose another one");
  }

  std::mutex saving_;  // the check of a secret and keeping it are one
  saved::Shelf<Persona> shelf_;
};

}  // namespace

std::unique_ptr<PersonaStore> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace executus::persona

#include <utility>

#include <executus/saved/shelf.hpp>
#include <executus/skill/skill.hpp>

namespace executus::skill {
namespace {

void refuse_faults(const Skill& skill) {
  if (auto fault = fault_of(skill.record, skill.definition)) throw Error(*fault);
  auto flat = to_agent(skill);
  flat.id = skill.definition.agent.id;
  if (flat != skill.definition.agent)
    throw failed("saved.malformed", "skill '" + flat.name +
                                        "' names agents, skills or phases, which a skill has not; save it as an agent");
}

class MemoryStore final : public SkillStore {
 public:
  Skill create(Skill value) override {
    refuse_faults(value);
    return shelf_.create(std::move(value));
  }
  Skill update(Skill value) override {
    refuse_faults(value);
    return shelf_.update(std::move(value));
  }
  bool remove(const std::string& id) override { return shelf_.remove(id); }

  std::optional<Skill> find(const std::string& id) override {
    return shelf_.first([&](const Skill& each) { return each.record.id == id; });
  }
  std::optional<Skill> find_named(const std::string& owner, const std::string& name) override {
    return shelf_.first(
        [&](const Skill& each) { return each.record.owner == owner && each.definition.agent.name == name; });
  }
  std::vector<Skill> list() override {
    return shelf_.select([](const Skill&) { return true; });
  }
  std::vector<Skill> list_for(const std::string& person) override {
    return shelf_.select([&](const Skill& each) { return is_visible(each.record, each.definition, person); });
  }
  std::vector<Skill> versions(const std::string& id) override { return shelf_.versions(id); }
  std::optional<Skill> version(const std::string& version) override { return shelf_.version(version); }
  std::vector<Skill> due(WallTime now) override { return shelf_.due(now); }
  bool mark_run(const std::string& id, WallTime ran, std::optional<WallTime> next) override {
    return shelf_.mark_run(id, ran, next);
  }

  std::vector<Skill> list_exposed(const std::string& person) override {
    return shelf_.select(
        [&](const Skill& each) { return each.definition.exposed && is_visible(each.record, each.definition, person); });
  }

 private:
  saved::Shelf<Skill> shelf_;
};

}  // namespace

std::unique_ptr<SkillStore> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace executus::skill

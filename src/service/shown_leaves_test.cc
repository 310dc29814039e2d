// What an examiner was shown may have been a seeded case: it is nothing to tell a partner of, although a Case is in it.
#include "service/inside.h"

namespace puente {

#ifdef WRONG
using Told = service::ShownCase;
#else
using Told = Case;
#endif

Status tell_of_shown(const service::Node::Inside& node, store::Transaction& transaction,
                     const Told& decided);  // test/no_compile
Status tell_of_shown(const service::Node::Inside& node, store::Transaction& transaction, const Told& decided) {
  return service::enqueue_verdict(node, transaction, decided);
}

}  // namespace puente

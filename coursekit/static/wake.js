// anywidget 0.11 gives a model two seconds to load its module. On a page that is busy for longer the model loads all the same,
// but drops every message from then on. So ask it to take one; if it will not, take them as every other model does,
// and have the kernel send what was missed.
export function initialize({model}) {
  const real = [...(model.widget_manager?._modelsSync?.values() ?? [])].find(m => m.get("layout") === model.get("layout"));
  Promise.resolve(real?._handle_comm_msg({content: {data: {}}})).catch(() => {
    const take = Object.getPrototypeOf(Object.getPrototypeOf(real))._handle_comm_msg;
    real.comm?.on_msg(take.bind(real));
    real.comm?.send({method: "request_state"});
  });
}

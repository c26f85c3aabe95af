using System.Text.Json.Serialization;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Plan;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;

namespace WazoPlugind.Worker.Sagas;

/// <summary>How the states of sagas are stored.</summary>
[JsonSerializable(typeof(InstallState))]
[JsonSerializable(typeof(UninstallState))]
[JsonSerializable(typeof(UpdateAllState))]
[JsonSerializable(typeof(PlanState))]
internal sealed partial class OperationJsonContext : JsonSerializerContext;

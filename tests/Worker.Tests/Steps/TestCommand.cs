using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed record TestCommand(Guid Uuid) : IOperationMessage;

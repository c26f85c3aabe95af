using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Commands;

/// <inheritdoc/>
/// <typeparam name="TCommand">The command.</typeparam>
internal sealed class CommandKind<TCommand>(string name) : CommandKind(name)
    where TCommand : class, IOperationMessage
{
    /// <inheritdoc/>
    public override Type RequestType => typeof(Requested<TCommand>);

    /// <inheritdoc/>
    public override void AddDeadLettersTo(IBusRegistrationConfigurator bus) => bus.AddConsumer<DeadRequestConsumer<TCommand>>();

    /// <inheritdoc/>
    public override void AddDeadLettersTo(IBusRegistrationContext context, IReceiveEndpointConfigurator queue) =>
        queue.ConfigureConsumer<DeadRequestConsumer<TCommand>>(context);

    /// <inheritdoc/>
    protected override object? TryRefuse(ConsumeContext context, string reason) =>
        context.TryGetMessage<Requested<TCommand>>(out var request) && request.Message.Refusal is null
            ? request.Message with { Refusal = reason }
            : null;

    /// <inheritdoc/>
    protected override object? TryRequest(IOperationMessage command, OperationRequester? requester, OperationParent? parent) =>
        command is TCommand typed ? new Requested<TCommand> { Command = typed, Requester = requester, Parent = parent } : null;
}

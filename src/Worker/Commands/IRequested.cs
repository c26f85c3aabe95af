using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Commands;

/// <summary>A valid command of any kind, as it travels inside.</summary>
internal interface IRequested : IOperationMessage, ICarriesUrl
{
    /// <summary>Who asked for it over HTTP; <c>null</c> for a command from the bus.</summary>
    OperationRequester? Requester { get; }

    /// <summary>What is known of its <c>Idempotency-Key</c>, or <c>null</c>.</summary>
    RequestIdempotency? Idempotency { get; }

    /// <summary>Tells it from the same one, asked for again: its own uuid where it has no key.</summary>
    Guid Sending => Idempotency?.Sending ?? Uuid;

    /// <summary>Whether nobody takes it back any more.</summary>
    bool IsFinal { get; }

    /// <summary>The command, as one that nobody takes back.</summary>
    IRequested AsFinal();

    /// <summary>The command, with what is known of its key.</summary>
    /// <param name="idempotency">That, or <c>null</c>.</param>
    IRequested With(RequestIdempotency? idempotency);
}

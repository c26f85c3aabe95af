using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Commands;

/// <summary>A valid command of any kind, as it travels inside.</summary>
internal interface IRequested : IOperationMessage, ICarriesUrl
{
    /// <summary>Who asked for it over HTTP; <c>null</c> for a command from the bus.</summary>
    OperationRequester? Requester { get; }

    /// <summary>Whether nobody takes it back any more.</summary>
    bool IsFinal { get; }

    /// <summary>The command, as one that nobody takes back.</summary>
    IRequested AsFinal();
}

using MassTransit;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker;

/// <summary>What a message to a worker is about, whatever its type.</summary>
internal static class StepMessages
{
    /// <summary>The name of the message's type.</summary>
    /// <param name="context">The message.</param>
    public static string TypeOf(ConsumeContext context) => context.SupportedMessageTypes.First().Split(':')[^1];

    /// <summary>The installation that a step belongs to, or <c>null</c>.</summary>
    /// <param name="context">The message.</param>
    public static (string Method, InstallOptions Options)? InstallationOf(ConsumeContext context)
    {
        if (context.TryGetMessage<FetchPlugin>(out var fetch))
            return (fetch.Message.Method, fetch.Message.Options);
        if (context.TryGetMessage<BuildPlugin>(out var build))
            return (build.Message.Method, build.Message.Options);
        return context.TryGetMessage<InstallPackage>(out var install) ? (install.Message.Method, install.Message.Options) : null;
    }

    /// <summary>The message, when it is one to a builder; else <c>null</c>.</summary>
    /// <param name="context">The message.</param>
    public static IOperationMessage? BuildOf(ConsumeContext context)
    {
        if (context.TryGetMessage<FetchPlugin>(out var fetch))
            return fetch.Message;
        if (context.TryGetMessage<BuildPlugin>(out var build))
            return build.Message;
        return context.TryGetMessage<FindUpdates>(out var find) ? find.Message : null;
    }
}

using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;

namespace WazoPlugind.Worker;

/// <summary>What a message to a worker is about, whatever its type.</summary>
internal static class StepMessages
{
    /// <summary>The name of the message's type.</summary>
    /// <param name="context">The message.</param>
    public static string TypeOf(ConsumeContext context) => context.SupportedMessageTypes.First().Split(':')[^1];

    /// <summary>The error of a step, which shows what an installation was asked for.</summary>
    /// <param name="context">The message.</param>
    /// <param name="step">The step.</param>
    /// <param name="reason">What went wrong, in a sentence.</param>
    public static OperationError ErrorOf(ConsumeContext context, string step, string reason) => StepOf(context) switch
    {
        FetchPlugin fetch => OperationErrors.Step(step, fetch.Method, fetch.Options, reason),
        BuildPlugin build => OperationErrors.Step(step, build.Method, build.Options, reason),
        InstallPackage install => OperationErrors.Step(step, install.Method, install.Options, reason),
        _ => OperationErrors.Step(step, reason),
    };

    /// <summary>The message itself, when it is one to a builder or an installer; else <c>null</c>.</summary>
    /// <param name="context">The message.</param>
    public static IOperationMessage? StepOf(ConsumeContext context)
    {
        if (context.TryGetMessage<FetchPlugin>(out var fetch))
            return fetch.Message;
        if (context.TryGetMessage<BuildPlugin>(out var build))
            return build.Message;
        if (context.TryGetMessage<FindUpdates>(out var find))
            return find.Message;
        if (context.TryGetMessage<InstallPackage>(out var install))
            return install.Message;
        return context.TryGetMessage<RemovePackage>(out var remove) ? remove.Message : null;
    }
}

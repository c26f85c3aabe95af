using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps;

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
    public static OperationError ErrorOf(ConsumeContext context, string step, string reason) => Find(context) switch
    {
        InstallPluginCommand command => OperationErrors.Step(step, command.Method, command.Options, reason),
        FetchPlugin fetch => OperationErrors.Step(step, fetch.Method, fetch.Options, reason),
        BuildPlugin build => OperationErrors.Step(step, build.Method, build.Options, reason),
        InstallPackage install => OperationErrors.Step(step, install.Method, install.Options, reason),
        _ => OperationErrors.Step(step, reason),
    };

    /// <summary>The message itself, by its own type, when it is a command or one to a builder or an installer.</summary>
    /// <param name="context">The message.</param>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static IOperationMessage MessageOf(ConsumeContext context) =>
        Find(context) ?? throw new InvalidOperationException($"{TypeOf(context)} is neither a command nor a step");

    private static IOperationMessage? Find(ConsumeContext context) =>
        Find<InstallPluginCommand>(context) ?? Find<UpdatePluginCommand>(context) ?? Find<UninstallPluginCommand>(context)
        ?? Find<UpdateAllPluginsCommand>(context)
        ?? Find<FetchPlugin>(context) ?? Find<FindUpdates>(context) ?? Find<BuildPlugin>(context)
        ?? Find<InstallPackage>(context) ?? Find<RemovePackage>(context);

    private static IOperationMessage? Find<T>(ConsumeContext context)
        where T : class, IOperationMessage =>
        context.TryGetMessage<T>(out var message) ? message.Message : null;
}

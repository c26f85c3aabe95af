using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Worker.Steps.Install;

/// <summary>Installs a built package.</summary>
/// <param name="installer">Does it.</param>
/// <param name="time">The clock, for a message that does not say when it was sent.</param>
internal sealed class InstallPackageConsumer(AptInstaller installer, TimeProvider time) : IConsumer<InstallPackage>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InstallPackage> context)
    {
        var waitingSince = context.SentTime ?? time.GetUtcNow().UtcDateTime;
        var result = await installer.InstallAsync(
            context.Message, waitingSince, context.ReceiveContext.Redelivered, context.Progress(), context.Progress().Stopping);
        await context.ReportAsync(result, (_, steps) => new PackageInstalled { Uuid = context.Message.Uuid, Steps = steps });
    }
}

using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Worker.Install;

/// <summary>Installs a built package.</summary>
/// <param name="installer">Does it.</param>
internal sealed class InstallPackageConsumer(AptInstaller installer) : IConsumer<InstallPackage>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InstallPackage> context)
    {
        var result = await installer.InstallAsync(context.Message, context.Progress(), context.CancellationToken);
        await context.ReportAsync(result, (_, steps) => new PackageInstalled { Uuid = context.Message.Uuid, Steps = steps });
    }
}

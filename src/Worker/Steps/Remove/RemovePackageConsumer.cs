using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Worker.Steps.Remove;

/// <summary>Removes a plugin's package.</summary>
/// <param name="remover">Does it.</param>
internal sealed class RemovePackageConsumer(PackageRemover remover) : IConsumer<RemovePackage>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RemovePackage> context)
    {
        var result = await remover.RemoveAsync(context.Message, context.Progress(), context.Progress().Stopping);
        await context.ReportAsync(result, (packages, steps) => new PackageRemoved
        {
            Uuid = context.Message.Uuid,
            Packages = packages,
            Steps = steps,
        });
    }
}

using MassTransit;

namespace WazoPlugind.Worker.Commands;

/// <summary>Bounds commands: they are kept, shown and sent on.</summary>
internal static class CommandSize
{
    /// <summary>The most bytes that a command may have.</summary>
    public const int Max = 256 * 1024;

    /// <summary>Refuses a message that is larger.</summary>
    /// <param name="context">The message.</param>
    /// <exception cref="RejectedCommandException">It is.</exception>
    public static void Check(ConsumeContext context)
    {
        if (context.ReceiveContext.Body.Length > Max)
            throw new RejectedCommandException($"larger than {Max} bytes");
    }
}

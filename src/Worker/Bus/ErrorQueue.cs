using MassTransit;
using MassTransit.Middleware.Rescue;
using MassTransit.Transports;

namespace WazoPlugind.Worker.Bus;

/// <summary>The queue of what could not be understood or worked on. What is thrown gets there too, with a stack trace in the log.</summary>
internal static class ErrorQueue
{
    /// <summary>Hands a message to the error queue of its queue.</summary>
    /// <param name="context">The message.</param>
    /// <param name="reason">Why; its text is a header there.</param>
    public static Task TakeAsync(ReceiveContext context, Exception reason) => context.TryGetPayload(out IErrorTransport? errors)
        ? errors.Send(new RescueExceptionReceiveContext(context, reason))
        : throw new TransportException(context.InputAddress, "there is no error queue");
}

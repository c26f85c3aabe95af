using System.Text;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.Log;

/// <summary>
/// Appends each line to a file that other processes write to as well, and that logrotate may take away at any time; the sinks
/// at hand want a file for themselves.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="owner">Whose it is when it is created; <c>null</c> for this process's own user.</param>
/// <param name="formatter">Makes the lines.</param>
internal sealed class AppendingFileSink(string path, UnixUser? owner, ITextFormatter formatter) : ILogEventSink
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        formatter.Format(logEvent, line);
        var bytes = Encoding.UTF8.GetBytes(line.ToString());
        lock (_lock)
        {
            try
            {
                using var handle = LibC.OpenForAppending(path, owner);
                RandomAccess.Write(handle, bytes, 0);
            }
            catch (IOException e)
            {
                SelfLog.WriteLine("{0}", e.Message);
            }
        }
    }
}

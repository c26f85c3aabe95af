namespace WazoPlugind.Platform.Machine;

/// <summary>A program of the machine that operations need, and that need not be installed.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Package">Debian's package of it.</param>
/// <param name="Loss">What is not done without it.</param>
public sealed record MachineTool(string Program, string Package, string Loss)
{
    /// <summary>What to say where it is missing.</summary>
    public string Problem => $"{Program} is missing on this machine, and {Loss} without it: apt-get install {Package}";
}

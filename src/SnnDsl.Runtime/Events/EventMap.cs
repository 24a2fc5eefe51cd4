namespace SnnDsl.Events;

/// <summary>
/// An affine map y = W s + b behind a spiking layer, in event-driven form: it reads spikes as bits and adds the weights of those that
/// are set, where a dense product would multiply with the zeros too. Its cost is the number of spikes times the outputs that each reaches.
/// </summary>
/// <remarks>
/// Layouts. A row is one sample at one time step. Values lie channels last: [places, channels], places = height x width, or 1 for a vector.
/// Spikes are bits: a place has <see cref="WordsPerPlace"/> words of 64 bits, channel c is bit c % 64 of word c / 64, the rest is 0; a row
/// has <see cref="Words"/>. Rows follow each other without gaps, in values as in bits. Weights lie packed in one of two orders, both without
/// gaps: by input ([input..., output], for spikes that spread forwards) and by output ([output..., input], for coefficients on their way
/// back); <see cref="PackByInput"/> and <see cref="PackByOutput"/> say the rest.
/// Every method works on the caller's memory, keeps no state, allocates nothing, and may be called by several threads for different rows
/// or parts. Where bits are few, sums over inputs run in ascending order; where they are many, a map may take a matrix product and its order.
/// </remarks>
internal abstract unsafe class EventMap
{
    /// <summary>Creates a map.</summary>
    /// <param name="inputPlaces">Places of the spikes' layer.</param>
    /// <param name="inputChannels">Its channels.</param>
    /// <param name="outputPlaces">Places of the outputs.</param>
    /// <param name="outputChannels">Channels of the outputs.</param>
    /// <param name="weights">The number of weights.</param>
    protected EventMap(int inputPlaces, int inputChannels, int outputPlaces, int outputChannels, long weights)
    {
        (Places, Channels) = (inputPlaces, inputChannels);
        (OutputPlaces, OutputChannels) = (outputPlaces, outputChannels);
        Weights = weights;
    }

    /// <summary>Places of the spikes' layer: height x width, or 1.</summary>
    public int Places { get; }

    /// <summary>Channels of the spikes' layer, or the number of its neurons.</summary>
    public int Channels { get; }

    /// <summary>Places of the outputs: height x width, or 1.</summary>
    public int OutputPlaces { get; }

    /// <summary>Channels of the outputs, or their number.</summary>
    public int OutputChannels { get; }

    /// <summary>The number of weights.</summary>
    public long Weights { get; }

    /// <summary>The values of a row of inputs.</summary>
    public int Inputs => Places * Channels;

    /// <summary>The values of a row of outputs.</summary>
    public int Outputs => OutputPlaces * OutputChannels;

    /// <summary>What one output channel sends back, the weights by output being [output channels, columns].</summary>
    public int Back => (int)(Weights / OutputChannels);

    /// <summary>How many roundings are in a weight: 1 where it stands for a number that float32 has not.</summary>
    public virtual int WeightRoundings => 0;

    /// <summary>The words that hold the bits of one place.</summary>
    public int WordsPerPlace => (Channels + 63) / 64;

    /// <summary>The words of a row of spikes.</summary>
    public int Words => Places * WordsPerPlace;

    /// <summary>The words of a row of bits over the outputs.</summary>
    public int OutputWords => OutputPlaces * ((OutputChannels + 63) / 64);

    /// <summary>Weights in PyTorch's order to weights by input: linear [input, output]; convolution [kernel row, kernel column, input
    /// channel, output channel].</summary>
    /// <param name="weight">As in the state dict, contiguous.</param>
    /// <param name="packed">Written.</param>
    public abstract void PackByInput(float* weight, float* packed);

    /// <summary>The way back from <see cref="PackByInput"/>, for gradients.</summary>
    /// <param name="packed">By input.</param>
    /// <param name="weight">PyTorch's order, written.</param>
    public abstract void UnpackByInput(float* packed, float* weight);

    /// <summary>Whether PyTorch's order is sorted by output already.</summary>
    public abstract bool IsByOutput { get; }

    /// <summary>Weights in PyTorch's order to weights by output: linear [output, input] with inputs channels last; convolution [output
    /// channel, kernel row, kernel column, input channel].</summary>
    /// <param name="weight">As in the state dict, contiguous.</param>
    /// <param name="packed">Written.</param>
    public abstract void PackByOutput(float* weight, float* packed);

    /// <summary>The way back from <see cref="PackByOutput"/>, for gradients.</summary>
    /// <param name="packed">By output.</param>
    /// <param name="weight">PyTorch's order, written.</param>
    public abstract void UnpackByOutput(float* packed, float* weight);

    /// <summary>y = W s + b for the rows [from, to).</summary>
    /// <param name="byInput">W.</param>
    /// <param name="bias">b, one for each output channel; null for none.</param>
    /// <param name="spikes">Bits of row 0 onwards.</param>
    /// <param name="outputs">y of row 0 onwards, written for the rows [from, to).</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    public abstract void Apply(float* byInput, float* bias, ulong* spikes, float* outputs, nint from, nint to);

    /// <summary>
    /// The exact interval of W s + b where some spikes are certain and some are open (they may come or not): both bounds start from the
    /// certain ones; an open one adds max(w, 0) to the upper and min(w, 0) to the lower bound.
    /// </summary>
    /// <param name="byInput">W.</param>
    /// <param name="bias">b, or null.</param>
    /// <param name="certain">Bits of the certain spikes.</param>
    /// <param name="open">Bits of the open ones; none of them certain.</param>
    /// <param name="lower">Written for the rows [from, to).</param>
    /// <param name="upper">Written for the rows [from, to).</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    public abstract void ApplyIntervals(
        float* byInput, float* bias, ulong* certain, ulong* open, float* lower, float* upper, nint from, nint to);

    /// <summary>dW += sum over the rows [0, rows) of (spike, gradient), for one share of the weights: shares are disjoint, so each can be
    /// a thread's, and together they are all.</summary>
    /// <param name="spikes">Bits.</param>
    /// <param name="gradients">dy.</param>
    /// <param name="byInputGradient">dW by input, added to.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="part">Which share.</param>
    /// <param name="parts">Of how many.</param>
    /// <param name="rounds">Whether gradients may be rounded to bfloat16 before they are added, where that is faster; sums are float32.</param>
    public abstract void AddWeightGradient(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int part, int parts, bool rounds);

    /// <summary>The gradient of <see cref="ApplyIntervals"/> for one share of the weights: a certain spike adds dlower + dupper, an open
    /// one dupper where w &gt; 0, dlower where w &lt; 0, and their mean where w = 0 (the gradient of |w| is 0 there).</summary>
    /// <param name="byInput">W.</param>
    /// <param name="certain">Bits of the certain spikes.</param>
    /// <param name="open">Bits of the open ones.</param>
    /// <param name="lowerGradients">dlower.</param>
    /// <param name="upperGradients">dupper.</param>
    /// <param name="byInputGradient">dW by input, added to.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="part">Which share.</param>
    /// <param name="parts">Of how many.</param>
    public abstract void AddIntervalWeightGradient(
        float* byInput, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* byInputGradient, nint rows,
        int part, int parts);

    /// <summary>W' a for dense rows: gradients of outputs to gradients of inputs.</summary>
    /// <param name="byOutput">W, or |W|.</param>
    /// <param name="outputs">a, rows of outputs.</param>
    /// <param name="inputs">W' a, rows of inputs, overwritten.</param>
    /// <param name="rows">How many rows.</param>
    public abstract void PullBack(float* byOutput, float* outputs, float* inputs, nint rows);

    /// <summary>The second half of <see cref="PullBack"/>: every input adds up what the outputs of a row send it.</summary>
    /// <param name="products">What each output place sends, [output places, <see cref="Back"/>], bfloat16.</param>
    /// <param name="inputs">A row of inputs, overwritten.</param>
    public abstract void Collect(ushort* products, float* inputs);

    /// <summary>
    /// W' a for several rows of coefficients of one sample at one step, which are zero outside the same live outputs: each weight that is
    /// read serves all rows.
    /// </summary>
    /// <param name="byOutput">W.</param>
    /// <param name="live">Bits over the outputs, <see cref="OutputWords"/> words: coefficients elsewhere are 0 and not read.</param>
    /// <param name="coefficients">a, row k at k * <paramref name="coefficientStride"/>.</param>
    /// <param name="coefficientStride">From row to row.</param>
    /// <param name="results">W' a, row k at k * <paramref name="resultStride"/>, overwritten.</param>
    /// <param name="resultStride">From row to row.</param>
    /// <param name="rows">K.</param>
    public abstract void PullBackLive(
        float* byOutput, ulong* live, float* coefficients, nint coefficientStride, float* results, nint resultStride, int rows);

    /// <summary>The gradient of <see cref="PullBackLive"/>: da = W dresult where live, 0 elsewhere; dW += (a, dresult).</summary>
    /// <param name="byOutput">W.</param>
    /// <param name="live">As above.</param>
    /// <param name="coefficients">a.</param>
    /// <param name="coefficientGradients">da, laid out as a; overwritten, also where not live.</param>
    /// <param name="coefficientStride">From row to row.</param>
    /// <param name="resultGradients">dresult.</param>
    /// <param name="resultStride">From row to row.</param>
    /// <param name="rows">K.</param>
    /// <param name="byOutputGradient">dW by output, added to.</param>
    public abstract void PullBackLiveGradient(
        float* byOutput, ulong* live, float* coefficients, float* coefficientGradients, nint coefficientStride, float* resultGradients,
        nint resultStride, int rows, float* byOutputGradient);

    /// <summary>The gradient of <see cref="PullBack"/> for rows that are dense: da = W dresult; dW += (a, dresult).</summary>
    /// <param name="byOutput">W.</param>
    /// <param name="coefficients">a, rows of outputs.</param>
    /// <param name="coefficientGradients">da, overwritten.</param>
    /// <param name="resultGradients">dresult, rows of inputs.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="byOutputGradient">dW by output, added to.</param>
    public virtual void PullBackGradient(
        float* byOutput, float* coefficients, float* coefficientGradients, float* resultGradients, nint rows, float* byOutputGradient)
    {
        int wordsPerPlace = (OutputChannels + 63) / 64;
        ulong* all = stackalloc ulong[OutputWords];
        for (int word = 0; word < OutputWords; word++)
        {
            int left = OutputChannels - word % wordsPerPlace * 64;
            all[word] = left >= 64 ? ulong.MaxValue : (1UL << left) - 1;
        }

        for (nint row = 0; row < rows; row++)
        {
            PullBackLiveGradient(
                byOutput, all, coefficients + row * Outputs, coefficientGradients + row * Outputs, Outputs, resultGradients + row * Inputs,
                Inputs, 1, byOutputGradient);
        }
    }
}

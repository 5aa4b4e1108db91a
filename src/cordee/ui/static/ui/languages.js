// Built from src/cordee/ui/islands/languages.ts by scripts/build_islands.py: edit that file instead.
function l(n){let o=n.querySelector("input[name=next]"),t=o?.value??"";n.addEventListener("click",()=>{o!==null&&(o.value=t+location.hash);for(let e of n.querySelectorAll("a"))e.hash=location.hash})}export{l as mount};
